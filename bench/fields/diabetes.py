"""models/diabetes.nn in Keras: means of five folds."""

from base import Run, folds, keras, layers, np

run = Run(30)
x, y = (np.concatenate([part[name] for part in run.parts.values()]) for name in ("rest", "target"))


def train(rows, test):
    normalize, scale = layers.Normalization(), layers.Normalization()
    normalize.adapt(x[rows])
    scale.adapt(y[rows, None])
    goal = np.array(scale(y[:, None]))
    model = keras.Sequential(
        [
            layers.Input((10,)),
            normalize,
            layers.Dense(16, "relu", kernel_regularizer=keras.regularizers.L2(0.01)),
            layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.Adam(0.005), "mse", metrics=["mae", keras.metrics.R2Score()])
    model.fit(x[rows], goal[rows], epochs=run.epochs, batch_size=16, verbose=0)
    loss, mae, r2 = model.evaluate(x[test], goal[test], verbose=0)
    return {"loss": loss, "mae": mae, "r2_score": r2}


folds(run, len(x), train)

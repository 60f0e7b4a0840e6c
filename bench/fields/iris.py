"""models/iris.nn in Keras: means of five folds."""

from base import Run, folds, keras, layers, np

run = Run(60)
x, y = (np.concatenate([part[name] for part in run.parts.values()]) for name in ("rest", "label"))


def train(rows, test):
    normalize = layers.Normalization()
    normalize.adapt(x[rows])
    model = keras.Sequential([layers.Input((4,)), normalize, layers.Dense(16, "relu"), layers.Dense(3, "softmax")])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x[rows], y[rows], epochs=run.epochs, batch_size=16, verbose=0)
    loss, accuracy = model.evaluate(x[test], y[test], verbose=0)
    return {"loss": loss, "accuracy": accuracy}


folds(run, len(x), train)

"""models/autoencoder.nn in Keras."""

from base import Run, keras, layers

run = Run(15)
train, test = (run[part]["pixels"].astype("float32") / 255 for part in ("train", "test"))
model = keras.Sequential(
    [
        layers.Input((28, 28, 1)),
        layers.Flatten(),
        layers.Dense(256, "relu"),
        layers.Dense(64, "relu"),
        layers.Dense(32),
        layers.Dense(64, "relu"),
        layers.Dense(256, "relu"),
        layers.Dense(784, "sigmoid"),
        layers.Reshape((28, 28, 1)),
    ]
)
rate = keras.optimizers.schedules.CosineDecay(2e-3, run.steps(128))
model.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["mse"])
run.fit(model, train, train, batch_size=128)
loss, mse = model.evaluate(test, test, verbose=0)
run.report(loss=loss, mean_squared_error=mse)

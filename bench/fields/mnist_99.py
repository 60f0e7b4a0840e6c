"""models/mnist-99.nn in Keras."""

from base import Run, digit_layers, keras, layers

run = Run(5)
train, test = run["train"], run["test"]
model = keras.Sequential(
    [
        layers.Input((28, 28, 1)),
        layers.Rescaling(1 / 255),
        layers.RandomTranslation(0.07, 0.07, fill_mode="constant"),
        *digit_layers(),
    ]
)
rate = keras.optimizers.schedules.CosineDecay(2e-3, run.steps(64))
model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
run.fit(model, train["pixels"], train["label"], batch_size=64)
loss, accuracy = model.evaluate(test["pixels"], test["label"], verbose=0)
run.report(loss=loss, accuracy=accuracy)

"""models/cifar-resnet.nn in Keras."""

from base import OneCycle, Run, keras, layers, unit

run = Run(14)
train, test = run["train"], run["test"]


def residual(x):
    filters = x.shape[-1]
    return layers.Add()([x, unit(unit(x, filters), filters)])


image = keras.Input((32, 32, 3))
x = layers.Rescaling(1 / 127.5, -1)(image)
x = layers.RandomTranslation(0.125, 0.125, fill_mode="constant")(layers.RandomFlip("horizontal")(x))
x = layers.MaxPooling2D(2)(unit(x, 32))
x = layers.MaxPooling2D(2)(unit(unit(x, 64), 64))
x = residual(unit(residual(x), 128))
x = layers.Dropout(0.2)(layers.GlobalMaxPooling2D()(x))
model = keras.Model(image, layers.Dense(10, activation="softmax")(x))
model.compile(
    keras.optimizers.SGD(OneCycle(0.2, run.steps(128)), momentum=0.9, nesterov=True, weight_decay=5e-4),
    keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
    metrics=["accuracy"],
)
run.fit(model, train["pixels"], keras.utils.to_categorical(train["label"], 10), batch_size=128)
loss, accuracy = model.evaluate(test["pixels"], keras.utils.to_categorical(test["label"], 10), verbose=0)
run.report(loss=loss, accuracy=accuracy)

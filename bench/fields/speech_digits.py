"""models/speech-digits.nn in Keras."""

from base import OneCycle, Run, keras, layers, unit

run = Run(15)
train, test = run["train"], run["test"]


sound = keras.Input((8000,))
x = layers.MelSpectrogram(fft_length=256, sequence_stride=128, sampling_rate=8000, num_mel_bins=40)(sound)
x = layers.Reshape((40, 63, 1))(x)
x = layers.RandomTranslation(0.05, 0.2, fill_mode="nearest")(x)
x = layers.Rescaling(0.02, 0.5)(x)
for filters in (16, 32, 64):
    x = layers.MaxPooling2D(2)(unit(x, filters))
x = layers.Dropout(0.3)(layers.GlobalAveragePooling2D()(unit(x, 64)))
model = keras.Model(sound, layers.Dense(10, activation="softmax")(x))
model.compile(
    keras.optimizers.Adam(OneCycle(3e-3, run.steps(32))), "sparse_categorical_crossentropy", metrics=["accuracy"]
)
run.fit(model, train["samples"], train["label"], batch_size=32)
loss, accuracy = model.evaluate(test["samples"], test["label"], verbose=0)
run.report(loss=loss, accuracy=accuracy)

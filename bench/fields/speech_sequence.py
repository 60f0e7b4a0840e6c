"""models/speech-sequence.nn in Keras, decoded greedily."""

from base import OneCycle, Run, keras, layers, np, ops

run = Run(12)
train, test = run["train"], run["test"]


def unit(x, filters):
    x = layers.Conv1D(filters, 5, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


sound = keras.Input((24000,))
x = layers.MelSpectrogram(fft_length=256, sequence_stride=128, sampling_rate=8000, num_mel_bins=40)(sound)
x = layers.Permute((2, 1))(layers.Rescaling(0.02, 0.5)(x))
x = layers.MaxPooling1D(2)(unit(x, 64))
x = layers.Dropout(0.2)(unit(x, 128))
x = layers.Bidirectional(layers.GRU(64, return_sequences=True))(x)
x = layers.Dropout(0.3)(x)
model = keras.Model(sound, layers.Dense(12)(x))
model.compile(keras.optimizers.Adam(OneCycle(3e-3, run.steps(32))), keras.losses.CTC())
run.fit(model, train["samples"], train["digits"], batch_size=32)


def edits(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


said = np.array(ops.argmax(model.predict(test["samples"], verbose=0), axis=-1))
wrong = words = 0
for row, target in zip(said, test["digits"]):
    heard = [x for i, x in enumerate(row) if x != 0 and (i == 0 or x != row[i - 1])]
    meant = [x for x in target if x != 0]
    wrong, words = wrong + edits(meant, heard), words + len(meant)
run.report(loss=model.evaluate(test["samples"], test["digits"], verbose=0), word_error_rate=wrong / words)

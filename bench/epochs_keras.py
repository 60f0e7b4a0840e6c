"""The network of models/mnist.nn in Keras: five epochs of MNIST, as epochs.mjs runs it on nnc. Prints one line of JSON.

python bench/epochs_keras.py DIR SEED EPOCHS, where DIR (or DIR/mnist) holds MNIST's four IDX files.
"""

import gzip
import json
import os
import sys
import time

started = time.perf_counter()

from fields.base import digit_layers, keras, layers, np, tf


def read(folder, name, header, shape):
    for path in (os.path.join(folder, "mnist", name), os.path.join(folder, name)):
        for end, opener in (("", open), (".gz", gzip.open)):
            if os.path.exists(path + end):
                with opener(path + end, "rb") as file:
                    return np.frombuffer(file.read(), np.uint8, offset=header).reshape(shape)
    raise SystemExit(f"no {name} in {folder}")


folder, seed, epochs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
tf.config.threading.set_intra_op_parallelism_threads(2)
keras.utils.set_random_seed(seed)


def part(name):
    images = read(folder, f"{name}-images-idx3-ubyte", 16, (-1, 28, 28, 1)).astype("float32") / 255
    labels = read(folder, f"{name}-labels-idx1-ubyte", 8, (-1,))
    return images, keras.utils.to_categorical(labels, 10)


model = keras.Sequential([layers.Input((28, 28, 1)), *digit_layers()])
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
images, labels = part("train")
model.fit(images, labels, epochs=epochs, batch_size=64, verbose=0)
loss, accuracy = model.evaluate(*part("t10k"), verbose=0)
print(json.dumps({"seconds": time.perf_counter() - started, "loss": loss, "accuracy": accuracy}))

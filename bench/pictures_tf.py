"""Pictures a second of tf.data, for bench/pictures.mjs: decoded, decoded and augmented, and augmented from the cache. Two threads."""

import json
import os
import sys
import time
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf  # noqa: E402
from tensorflow import keras  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(2)
tf.config.threading.set_inter_op_parallelism_threads(2)

with zipfile.ZipFile(sys.argv[1]) as archive:
    files = [archive.read(name) for name in archive.namelist() if name.endswith(".jpg")]

layers = [
    keras.layers.RandomFlip("horizontal"),
    keras.layers.RandomTranslation(0.1, 0.1, fill_mode="constant"),
    keras.layers.RandomContrast(0.2, value_range=(0, 1)),
]


def decode(data):
    picture = tf.io.decode_jpeg(data, channels=3)
    return tf.ensure_shape(picture, (120, 160, 3))


def scale(picture):
    return tf.cast(picture, tf.float32) / 255


def augment(pictures):
    for layer in layers:
        pictures = layer(pictures, training=True)
    return pictures


def rate(data, epochs):
    for _ in data:
        pass
    best = 0
    for _ in range(epochs):
        started = time.perf_counter()
        for _ in data:
            pass
        best = max(best, len(files) / (time.perf_counter() - started))
    return best


source = tf.data.Dataset.from_tensor_slices(files)
pictures = source.map(decode, num_parallel_calls=2)
batches = lambda data: data.map(scale, num_parallel_calls=2).batch(32).map(augment, num_parallel_calls=2).prefetch(2)  # noqa: E731
print(
    json.dumps(
        {
            "decoded": rate(pictures.batch(32).prefetch(2), 5),
            "both": rate(batches(pictures), 5),
            "augmented": rate(batches(pictures.cache()), 5),
        }
    )
)

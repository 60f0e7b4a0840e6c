"""The networks of bench/mobilenet.nn and bench/unet.nn in Keras, measured as bench/run.mjs measures nnc. Prints one line of JSON.

python bench/peer_keras.py --workload mobilenet --threads 2 --batch 32 --samples 640
"""

import argparse
import json
import os
import resource
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--workload", choices=["mobilenet", "unet"], required=True)
parser.add_argument("--variant")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--samples", type=int, default=640)
parser.add_argument("--data")
args = parser.parse_args()

import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(args.threads)
tf.config.threading.set_inter_op_parallelism_threads(args.threads)
import keras
from keras import layers


def mobilenet():
    def conv(x, filters, size, stride=1):
        return layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)

    def active(x):
        return layers.ReLU()(layers.BatchNormalization()(x))

    image = layers.Input((96, 96, 3))
    x = active(conv(image, 16, 3, 2))
    for filters, stride in ((32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (256, 2)):
        x = active(layers.DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False)(x))
        x = active(conv(x, filters, 1))
    x = layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    how = dict(optimizer=keras.optimizers.SGD(0.01, momentum=0.9), loss="categorical_crossentropy")
    return keras.Model(image, x), how


def unet():
    def twice(x, filters):
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        return x

    image = layers.Input((64, 64, 3))
    a = twice(image, 16)
    b = twice(layers.MaxPooling2D()(a), 32)
    c = twice(layers.MaxPooling2D()(b), 64)
    x = twice(layers.MaxPooling2D()(c), 128)
    for skip, filters in ((c, 64), (b, 32), (a, 16)):
        larger = layers.Conv2DTranspose(filters, 2, strides=2)(x)
        x = twice(layers.Concatenate()([larger, skip]), filters)
    x = layers.Conv2D(3, 1, activation="sigmoid")(x)
    return keras.Model(image, x), dict(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy")


def measure(run):
    def timed(n):
        start = time.perf_counter()
        run(n)
        return time.perf_counter() - start

    whole = lambda n: max(1, int(n // args.batch)) * args.batch
    first, again = timed(args.batch), timed(args.batch)
    rate = args.batch / again
    if again < 1:
        n = min(whole(rate), args.batch * 20, args.samples)
        rate = n / timed(n)
    count, seconds = 0, 0.0
    while count < args.samples and seconds < 3:
        n = min(whole(rate * (3 - seconds)) + args.batch, args.samples - count)
        seconds += timed(n)
        count += n
        rate = count / seconds
    return dict(rate=rate, samples=count, seconds=seconds, first=first)


keras.utils.set_random_seed(1)
random = np.random.default_rng(1)
model, how = (mobilenet if args.workload == "mobilenet" else unet)()
model.compile(**how)
x = random.random((args.samples, *model.input_shape[1:]), dtype="float32")
y = keras.utils.to_categorical(random.integers(0, 10, args.samples), 10) if args.workload == "mobilenet" else x
loss = [None]


def train(n):
    loss[0] = model.fit(x[:n], y[:n], batch_size=args.batch, epochs=1, verbose=0).history["loss"][-1]


used = resource.getrusage(resource.RUSAGE_SELF)
result = dict(train=measure(train), infer=measure(lambda n: model.predict(x[:n], batch_size=args.batch, verbose=0)))
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps(dict(
    **result, loss=loss[0], rssMB=used.ru_maxrss / 1024, cpuSeconds=used.ru_utime + used.ru_stime,
    params=sum(int(v.numpy().size) for v in model.trainable_variables),
    version=f"keras {keras.__version__}, tensorflow {tf.__version__}")))

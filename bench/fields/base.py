"""What the networks of this folder share: rows that nnc wrote, arguments, schedules, and the line of JSON at the end."""

import argparse
import json
import math
import os
import struct
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

DTYPES = {"U8": np.uint8, "I32": np.int32, "F32": np.float32}


def read_rows(path):
    """Safetensors of `part/column` as {part: {column: array}}."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    parts = {}
    for name, tensor in json.loads(data[8 : 8 + length]).items():
        if name == "__metadata__":
            continue
        start, end = (8 + length + at for at in tensor["data_offsets"])
        values = np.frombuffer(data[start:end], DTYPES[tensor["dtype"]]).reshape(tensor["shape"])
        part, column = name.split("/", 1)
        parts.setdefault(part, {})[column] = values
    return parts


class Run:
    """One training: its arguments, its rows and its clock."""

    def __init__(self, epochs):
        parser = argparse.ArgumentParser()
        parser.add_argument("rows")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--epochs", type=int, default=epochs)
        parser.add_argument("--folds", type=int)
        self.args = parser.parse_args()
        self.epochs = self.args.epochs
        self.parts = read_rows(self.args.rows)
        tf.config.threading.set_intra_op_parallelism_threads(2)
        tf.config.threading.set_inter_op_parallelism_threads(2)
        keras.utils.set_random_seed(self.args.seed)

    def __getitem__(self, part):
        return self.parts[part]

    def steps(self, batch, part="train"):
        """The steps of the whole training."""
        count = len(next(iter(self.parts[part].values())))
        return math.ceil(count / batch) * self.epochs

    def fit(self, model, x, y=None, **more):
        start = time.perf_counter()
        history = model.fit(x, y, epochs=self.epochs, verbose=0, **more)
        self.seconds = time.perf_counter() - start
        return history

    def report(self, **results):
        numbers = {name: round(float(value), 5) for name, value in results.items()}
        print(json.dumps({"seconds": round(self.seconds, 1), **numbers}))


@keras.saving.register_keras_serializable()
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """PyTorch's OneCycleLR with cosines, over all steps of a training."""

    def __init__(self, most, steps, pct_start=0.3, div_factor=25.0, final_div_factor=1e4):
        self.most, self.steps, self.pct_start = most, steps, pct_start
        self.div_factor, self.final_div_factor = div_factor, final_div_factor

    def __call__(self, step):
        step = ops.cast(step, "float32")
        first = self.most / self.div_factor
        last = first / self.final_div_factor
        top, end = self.steps * self.pct_start - 1, self.steps - 1

        def between(a, b, done):
            return a + (b - a) * (1 - ops.cos(math.pi * ops.clip(done, 0.0, 1.0))) / 2

        rising = between(first, self.most, step / top)
        falling = between(self.most, last, (step - top) / (end - top))
        return ops.where(step <= top, rising, falling)

    def get_config(self):
        return {"most": self.most, "steps": self.steps}


def unit(x, filters):
    """A convolution with its normalisation, as the blocks `Unit` have."""
    x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def digit_layers():
    """The network of models/mnist.nn behind its input."""
    return [
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]


def folds(run, count, train):
    """Means over parts that each test once: `train(train rows, test rows)` returns numbers by name."""
    order = np.random.default_rng(run.args.seed).permutation(count)
    start = time.perf_counter()
    results = [train(np.setdiff1d(order, test), test) for test in np.array_split(order, run.args.folds or 5)]
    run.seconds = time.perf_counter() - start
    run.report(**{name: np.mean([result[name] for result in results]) for name in results[0]})

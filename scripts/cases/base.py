# What all kinds of cases share: random numbers that f32 holds, and arrays in the golden form.

import base64
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from f64 import keras, np, tf


class Draw:
    """Random choices of one case."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def of(self, *values):
        return values[int(self.rng.integers(len(values)))]

    def chance(self, share=0.5):
        return bool(self.rng.random() < share)

    def int(self, low, high):
        """From `low` to `high`, both included."""
        return int(self.rng.integers(low, high + 1))

    def normal(self, *shape, scale=1.0):
        return as_f32(self.rng.normal(size=shape) * scale)

    def uniform(self, *shape, low=0.0, high=1.0):
        return as_f32(self.rng.uniform(low, high, size=shape))

    def ints(self, below, *shape):
        return self.rng.integers(0, below, size=shape).astype(np.int32)

    def some(self, **options):
        """Keeps each option with even chance, so that defaults are tried as well."""
        return {name: value for name, value in options.items() if self.chance()}

    def some_of(self, **options):
        """Keeps each option seldom, so that most of many are left out."""
        return {name: value for name, value in options.items() if self.chance(0.2)}


def as_f32(values):
    """Rounds to numbers that f32 holds, in f64."""
    return np.asarray(values, np.float32).astype(np.float64)


def array(values, **more):
    """The golden form of an array. Truths become 0 and 1."""
    values = np.asarray(values)
    whole = values.dtype.kind in "iub"
    stored = np.ascontiguousarray(values, np.int32 if whole else np.float32)
    if not whole and not np.isfinite(stored).all():
        raise Skip("not finite")
    data = base64.b64encode(stored.astype(stored.dtype.newbyteorder("<")).tobytes()).decode()
    return {**more, "shape": list(values.shape), "dtype": "i32" if whole else "f32", "data": data}


class Skip(Exception):
    """Keras has no answer to this draw, or none that f32 can hold."""


def numpy(value):
    return keras.ops.convert_to_numpy(value)

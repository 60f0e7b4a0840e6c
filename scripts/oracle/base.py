"""What all parts of the oracle share: Keras in f64, its classes by nnc's names, and the arguments that these take."""

import inspect
import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from f64 import keras, np, tf  # noqa: E402
from keras import ops  # noqa: E402
from keras.src import backend  # noqa: E402

# Each eager call of a layer or operation would pass through a handler that shortens stack traces.
keras.config.disable_traceback_filtering()
tf.debugging.disable_traceback_filtering()
# Keras adds what has one axis larger than 1 along the channels, whatever axis that is: [b, 3, 3] + [3, 1] as [b, 3, 3] + [3].
backend.numpy.add = tf.add

DTYPES = {"f32": "float64", "i32": "int32", "bool": "bool"}


class Skipped(Exception):
    """Keras has no form for it."""


def snake(name):
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def key_of(name):
    """One key for all spellings of a name: `kl_divergence` and `KLDivergence`, `iou` and `io_u`."""
    return name.replace("_", "").lower()


def classes_of(module, base):
    found = {}
    for name in dir(module):
        value = getattr(module, name)
        if isinstance(value, type) and issubclass(value, base):
            found.setdefault(key_of(name), value)
    return found


RULES = {
    "regularizer": classes_of(keras.regularizers, keras.regularizers.Regularizer),
    "constraint": classes_of(keras.constraints, keras.constraints.Constraint),
}


def given(options):
    return {name: value for name, value in options.items() if value is not None}


def left_out(use, known):
    """The options that a program leaves out with `none`, and that Keras would fill in."""
    defaults = use.get("defaults", use["options"])
    return {name: None for name, value in use["options"].items() if value is None and name in known and name not in defaults}


def parameters_of(call):
    return inspect.signature(call).parameters


def as_wanted(parameter, value):
    """A value as the parameter takes it: a whole number may be none for Keras where it wants any."""
    if type(value) is int and parameter is not None and isinstance(parameter.default, float):
        return float(value)
    # nnc has a word for None where that is a way of its own.
    if value == "none":
        return None
    return tuple(value) if isinstance(value, list) else value


def made(classes, use, what, defaults=()):
    """One of Keras's objects by nnc's name with its options."""
    found = classes.get(key_of(use["name"]))
    if found is None:
        raise Skipped(f"no {what} {use['name']}")
    known = parameters_of(found.__init__)
    options = left_out(use, known)
    for name, value in given(use["options"]).items():
        if name in known:
            options[name] = float(value) if name == "threshold" else as_wanted(known[name], value)
        elif name not in defaults and name not in use.get("defaults", ()):
            raise Skipped(f"no argument {name} of the {what} {use['name']}")
    return found(**options)


def rule_of(kind, use):
    return made(RULES[kind], use, kind)


def is_batched(node):
    return node["shape"][:1] == [-1]


def flat(value):
    """The results of a call, in order."""
    if isinstance(value, (tuple, list)):
        return [own for part in value for own in flat(part)]
    return [value]

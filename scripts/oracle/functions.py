"""Functions of bodies and activations: a call by name of each sample, since nnc's functions are about one sample."""

import re

from base import DTYPES, Skipped, as_wanted, flat, given, is_batched, keras, np, ops, parameters_of, tf

# Where nnc's name of a function is not Keras's.
NAMES = {
    "neg": "negative",
    "mul": "multiply",
    "sub": "subtract",
    "div": "divide",
    "pow": "power",
    "concat": "concatenate",
    "repeat_elements": "repeat",
}
# Functions that Keras computes of whole batches only.
WHOLE = {"conv", "conv_transpose", "depthwise_conv", "unfold", "dot_product_attention", "batch_normalization"}
WHOLE |= {"depth_to_space", "space_to_depth"}


def function(name):
    name = NAMES.get(name, name)
    found = getattr(keras.activations, name, None) or getattr(ops, name, None)
    if found is None:
        raise Skipped(f"no function {name}")
    return found


def activation(value):
    if value is None:
        return None
    call, options = function(value["name"]), given(value["options"])
    known = parameters_of(call)
    # Keras writes down the configuration of layers in others, and has no words for a function without a name.
    if all(name in known and known[name].default == own for name, own in options.items()):
        return call
    return lambda x: call(x, **{name: as_wanted(known.get(name), own) for name, own in options.items()})


def get_item(values, options):
    key = options["key"]
    if not re.fullmatch(r"[-\d:., ]+", key):
        raise Skipped("no such part")
    return values[0][eval(f"np.s_[{key}]", {"np": np})]  # noqa: S307


def pad(values, options):
    width = options.pop("pad_width")
    pairs = [tuple(width[i : i + 2]) for i in range(0, len(width), 2)]
    rank = len(values[0].shape)
    return ops.pad(values[0], pairs * rank if len(pairs) == 1 else pairs, **options)


def tensordot(values, options):
    axes = options["axes"]
    if isinstance(axes, (tuple, list)):
        half = len(axes) // 2
        axes = [[axis - 1 if axis > 0 else axis for axis in part] for part in (axes[:half], axes[half:])]
    return ops.tensordot(*values, axes=axes)


def einsum(values, options):
    left, arrow, right = options["subscripts"].replace(" ", "").partition("->")
    terms = left.split(",")
    # The letter of the batch is understood.
    longer = [len(term) == len(value.shape) + 1 and "..." not in term for term, value in zip(terms, values)]
    if any(longer):
        terms = [term[1:] if more else term for term, more in zip(terms, longer)]
        right = right[1:]
    return ops.einsum(",".join(terms) + arrow + right, *values)


def select(values, options):
    half = len(values) // 2
    return ops.select(list(values[:half]), list(values[half:]), **options)


def arctan2(values, options):
    """Where both numbers are 0 there is no derivative: TensorFlow divides 0 by 0, nnc takes 0."""
    a, b = (ops.cast(value, "float64") for value in values)
    is_origin = tf.logical_and(a == 0, b == 0)
    angle = ops.arctan2(a, tf.where(is_origin, tf.ones_like(b), b))
    return tf.where(is_origin, tf.stop_gradient(ops.arctan2(a, b)), angle)


def no_scan(values, options):
    raise Skipped("a scan over a layer")


OWN = {
    "get_item": get_item,
    "pad": pad,
    "tensordot": tensordot,
    "einsum": einsum,
    "select": select,
    "arctan2": arctan2,
    "concat": lambda values, options: ops.concatenate(list(values), **options),
    "stack": lambda values, options: ops.stack(list(values), **options),
    "meshgrid": lambda values, options: ops.meshgrid(*values, **options),
    "fft": lambda values, options: ops.fft(tuple(values)),
    "scan": no_scan,
}


def call(op, values, names, options):
    if op in OWN:
        return OWN[op](values, dict(options))
    found = function(op)
    known = parameters_of(found)
    order = list(known)
    positional, keyed = [], {}
    for i, (value, name) in enumerate(zip(values, names)):
        if name in known and order.index(name) != i:
            keyed[name] = value
        else:
            positional.append(value)
    for name, value in options.items():
        keyed[name] = as_wanted(known.get(name), value)
    return found(*positional, **keyed)


def shifted(options, axes):
    """The axes of a batch as those of one sample."""

    def one(axis):
        return axis - 1 if axis > 0 else axis

    return {
        name: value
        if name not in axes
        else [one(axis) for axis in value]
        if isinstance(value, list)
        else one(value)
        for name, value in options.items()
    }


def call_function(node, values, nodes):
    """All results of a function's node."""
    op, options, axes = node["op"], given(node["options"]), node["axes"]
    if "dtype" in options:
        options["dtype"] = DTYPES[options["dtype"]]
    # nnc has such options as lists of one, which Keras takes as axes of their own.
    batched = [is_batched(own) for own in nodes]
    names = node["names"]
    if not any(batched) or op in WHOLE or (node["pointwise"] and len(values) == 1):
        results = flat(call(op, values, names, options))
    else:
        count = next(value.shape[0] for value, own in zip(values, batched) if own)
        options = shifted(options, axes)
        each = [
            flat(call(op, [value[i] if own else value for value, own in zip(values, batched)], names, options))
            for i in range(count)
        ]
        results = [tf.stack([ops.convert_to_tensor(part) for part in parts]) for parts in zip(*each)]
    wanted = [DTYPES[own] for own in node["dtypes"]]
    return [ops.cast(value, dtype) if i < len(wanted) else value for i, (value, dtype) in enumerate(zip(results, wanted))]

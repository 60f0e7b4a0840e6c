"""Layers: their arguments, and how each is called with the values that nnc gives it by name."""

import re

from base import Skipped, as_wanted, flat, keras, ops, parameters_of, rule_of
from functions import activation

PADDED = re.compile(r"(Cropping|ZeroPadding)(\d)D")
BROADCASTING = {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"}
LISTED = BROADCASTING | {"Concatenate", "Dot"}
ATTENTION = {"Attention", "AdditiveAttention"}
# Arguments of recurrent layers that Keras takes among others.
UNNAMED = {"zero_output_for_mask"}


def on_last_axes(axis, rank):
    axes = sorted(one % rank for one in (axis if isinstance(axis, list) else [axis]))
    return axes == list(range(rank - len(axes), rank))


def amounts(value):
    pairs = [tuple(value[i : i + 2]) for i in range(0, len(value), 2)]
    return pairs[0] if len(pairs) == 1 else tuple(pairs)


def converted(op, name, value, parameter, rank):
    if name.endswith("activation"):
        return activation(value)
    if isinstance(value, dict):
        return layer_of({"op": value["name"], "options": value["options"]}, rank)[0]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [layer_of({"op": own["name"], "options": own["options"]}, rank)[0] for own in value]
    if name in ("cropping", "padding") and PADDED.fullmatch(op):
        return amounts(value)
    # One number, not a list of one.
    if name in ("axis", "shared_axes") and isinstance(value, list):
        return value
    if op == "EinsumDense" and name == "output_shape":
        return tuple(None if size == -1 else size for size in value)
    if op == "UpSampling1D" and isinstance(value, list):
        return value[0]
    if name == "renorm_clipping":
        return dict(zip(("rmax", "rmin", "dmax"), value))
    return as_wanted(parameter, value)


def layer_of(node, rank):
    """A layer of Keras with the arguments that its call takes. Initial weights are set later."""
    op, options = node["op"], node["options"]
    if not hasattr(keras.layers, op):
        raise Skipped(f"no layer {op}")
    found = getattr(keras.layers, op)
    known, in_call = parameters_of(found.__init__), parameters_of(found.call)
    config, called = {}, {}
    # A penalty of the layer ActivityRegularization is in its own options.
    penalties = node.get("penalties", [])
    if penalties and op != "ActivityRegularization":
        config["activity_regularizer"] = rule_of("regularizer", penalties[0])
    for name, value in options.items():
        if name.endswith(("_initializer", "_regularizer", "_constraint")):
            continue
        if value is None:
            # Without an activation where Keras would have one.
            if name in known and name.endswith("activation"):
                config[name] = None
            continue
        own = converted(op, name, value, known.get(name), rank)
        if name in known or name in UNNAMED:
            config[name] = own
        elif name in in_call:
            called[name] = own
        elif value and name not in node.get("defaults", []):
            raise Skipped(f"no argument {name} of {op}")
    if op.startswith("AdaptiveMaxPooling"):
        # On TensorFlow every second gradient of it is made of memory that nobody wrote.
        raise Skipped("a gradient of Keras that changes from call to call: AdaptiveMaxPooling")
    if op == "RMSNormalization" and not on_last_axes(options.get("axis", -1), rank):
        raise Skipped("a departure: RMSNormalization, whose scale Keras lays along the last axes whatever axes are normalised")
    layer = found(**config)
    if node.get("frozen"):
        layer.trainable = False
    return layer, called


def aligned(values, nodes):
    """Values of one sample broadcast with each other; the batch axis takes no part."""
    most = max(len(node["shape"]) for node in nodes)
    return [
        value
        if len(node["shape"]) == most
        else ops.reshape(value, (value.shape[0], *([1] * (most - len(node["shape"]))), *value.shape[1:]))
        for value, node in zip(values, nodes)
    ]


def call_layer(layer, called, node, values, nodes, carried, training):
    """All results. Masks that a value carries reach the layer by itself, as in Keras."""
    op = node["op"]
    if op == "Embedding" and bool(ops.any(ops.cast(values[0], "int32") < 0)):
        raise Skipped("a departure: an index below 0, which counts from the end in Keras")
    by_name = {}
    # A departure: Keras loses the mask that a sequence carries where states are given beside it, and nnc does not.
    loses = "initial_state" in node["names"]
    for name, value, from_mask in zip(node["names"], values, carried):
        if not from_mask or (loses and name == "mask" and value is not None):
            by_name.setdefault(name, []).append(value)
    keyed = dict(called)
    if "training" in parameters_of(layer.call):
        keyed["training"] = training
    if op in LISTED:
        return flat(layer(aligned(values, nodes) if op in BROADCASTING else list(values), **keyed))
    one = {name: own[0] for name, own in by_name.items()}
    if op in ATTENTION:
        if "mask" in one:
            raise Skipped("an attention with one mask")
        masks = [one.get("query_mask"), one.get("value_mask")]
        if any(mask is not None for mask in masks):
            keyed["mask"] = masks
        return flat(layer([one[name] for name in ("query", "value", "key") if name in one], **keyed))
    if "query" in one:
        return flat(layer(one.pop("query"), value=one.pop("value", by_name["query"][0]), **one, **keyed))
    first = one.pop(node["names"][0])
    for name, own in by_name.items():
        if name == "initial_state":
            keyed[name] = own
        elif name == "states":
            keyed[name] = own
        elif name != node["names"][0]:
            keyed[name] = own[0]
    return flat(layer(first, **keyed))

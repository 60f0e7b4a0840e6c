# Layers at random: options, inputs and weights of each, and what Keras makes of them, with gradients in f64.

import inspect

from base import Draw, Skip, array, as_f32, keras, np, numpy, tf

ACTIVATIONS = (
    "relu relu6 sigmoid tanh elu selu gelu silu softplus softsign exponential hard_sigmoid hard_silu leaky_relu mish "
    "log_sigmoid hard_tanh soft_shrink hard_shrink tanh_shrink squareplus sparse_plus celu linear"
).split()
SMOOTH = ("tanh", "sigmoid", "softsign", "elu", "gelu", "silu")


def activation(d):
    return d.some(activation=d.of(*ACTIVATIONS)) if d.chance(0.4) else {}


def lora(d):
    # Keras 3.15 loses lora_alpha when it builds the layer.
    return {"lora_rank": d.int(1, 3)} if d.chance(0.2) else {}


def bias(d):
    return {"use_bias": False} if d.chance(0.25) else {}


def sequence(d, features=None):
    return [d.normal(d.int(1, 3), d.int(1, 6), features or d.int(1, 5))]


def image(d, rank, low=3, high=8, channels=None):
    return [d.normal(d.int(1, 2), *[d.int(low, high) for _ in range(rank)], channels or d.int(1, 4))]


def any_rank(d, low=1, high=3, size=5):
    return [d.normal(d.int(1, 3), *[d.int(1, size) for _ in range(d.int(low, high))])]


def sizes(d, rank, low, high):
    return d.int(low, high) if rank == 1 or d.chance() else [d.int(low, high) for _ in range(rank)]


def windows(d, rank, causal=False):
    """Kernel, strides, dilation and padding such that Keras takes them together."""
    config = {"kernel_size": sizes(d, rank, 1, 3)}
    if d.chance(0.5):
        config["strides"] = sizes(d, rank, 1, 3)
    elif d.chance(0.4):
        config["dilation_rate"] = sizes(d, rank, 1, 2)
    if d.chance():
        config["padding"] = d.of("same", "causal") if causal else "same"
    return config


def conv(rank):
    def make(d):
        groups = d.of(1, 1, 1, 2)
        channels = groups * d.int(1, 3)
        config = {"filters": groups * d.int(1, 3), **windows(d, rank, rank == 1), **activation(d), **bias(d)}
        if groups > 1:
            config["groups"] = groups
        return config, image(d, rank, 5, 8 if rank < 3 else 6, channels)

    return make


def transposed(rank):
    def make(d):
        config = {"filters": d.int(1, 3), **windows(d, rank), **activation(d), **bias(d)}
        strides = config.get("strides", 1)
        if d.chance(0.25) and not isinstance(strides, list) and strides > 1:
            config["output_padding"] = d.int(0, strides - 1)
        return config, image(d, rank, 2, 5 if rank < 3 else 3)

    return make


def even_strides(config):
    if isinstance(config.get("strides"), list):
        config["strides"] = config["strides"][0]
    return config


def depthwise(rank):
    def make(d):
        config = {**even_strides(windows(d, rank)), **d.some(depth_multiplier=d.int(1, 3)), **activation(d), **bias(d)}
        return config, image(d, rank, 5, 8)

    return make


def separable(rank):
    def make(d):
        config = {"filters": d.int(1, 4), **even_strides(windows(d, rank)), **d.some(depth_multiplier=d.int(1, 3))}
        return {**config, **activation(d), **bias(d)}, image(d, rank, 5, 8)

    return make


def pooling(rank):
    def make(d):
        config = {"pool_size": sizes(d, rank, 1, 3), **d.some(strides=sizes(d, rank, 1, 3)), **d.some(padding="same")}
        if rank == 3 and "strides" in config and np.any(np.array(config["strides"]) > config["pool_size"]):
            # TensorFlow then begins within the volume, which it does in no other number of axes.
            config.pop("padding", None)
        return config, image(d, rank, 3, 7 if rank < 3 else 4)

    return make


def adaptive(rank):
    def make(d):
        # More outputs than inputs make TensorFlow divide by zero.
        return {"output_size": sizes(d, rank, 1, 3)}, image(d, rank, 3, 7 if rank < 3 else 4)

    return make


def merging(d):
    shape = [d.int(1, 4) for _ in range(d.int(1, 3))]
    batch, count = d.int(1, 3), d.int(2, 4)
    # Keras adds a last axis of 1 to two axes as a bias of the other axis.
    if d.chance(0.7) or len(shape) < 2:
        return {}, [d.normal(batch, *shape) for _ in range(count)]
    axis = d.int(0, len(shape) - 1)
    return {}, [d.normal(batch, *shape), d.normal(batch, *[1 if i == axis else n for i, n in enumerate(shape)])]


def two_merging(d):
    config, inputs = merging(d)
    return config, inputs[:2]


def concatenate(d):
    rank, batch = d.int(1, 3), d.int(1, 3)
    axis = d.int(1, rank)
    shape = [d.int(1, 3) for _ in range(rank)]
    inputs = [d.normal(batch, *[d.int(1, 3) if i + 1 == axis else n for i, n in enumerate(shape)]) for _ in range(d.int(2, 4))]
    return {"axis": d.of(axis, axis - rank - 1)}, inputs


def dot(d):
    batch, n = d.int(1, 3), d.int(1, 4)
    a, b = [d.int(1, 4) for _ in range(d.int(1, 2))], [d.int(1, 4) for _ in range(d.int(1, 2))]
    i, j = d.int(0, len(a)), d.int(0, len(b))
    a.insert(i, n)
    b.insert(j, n)
    return {"axes": [i + 1, j + 1], **d.some(normalize=True)}, [d.normal(batch, *a), d.normal(batch, *b)]


def einsum(d):
    batch, n, m, k, h = (d.int(1, 3) for _ in range(5))
    bias_axes = lambda *axes: {"bias_axes": d.of(*axes)} if d.chance() else {}
    which = d.int(0, 4)
    if which == 0:
        return {"equation": "ab,bc->ac", "output_shape": k, **bias_axes("c"), **activation(d)}, [d.normal(batch, n)]
    if which == 1:
        return {"equation": "abc,cd->abd", "output_shape": [None, k], **bias_axes("d", "bd")}, [d.normal(batch, n, m)]
    if which == 2:
        return {"equation": "...x,xy->...y", "output_shape": k, **bias_axes("y")}, [d.normal(batch, n, m)]
    if which == 3:
        return {"equation": "abc,cde->abde", "output_shape": [None, h, k], **bias_axes("de", "e")}, [d.normal(batch, n, m)]
    return {"equation": "abhk,hkd->abd", "output_shape": [None, k], **bias_axes("d")}, [d.normal(batch, n, h, m)]


def einsum_dense(d):
    config, inputs = einsum(d)
    return {**config, **lora(d)}, inputs


def axes_of(d, rank):
    if d.chance(0.6):
        return d.of(-1, d.int(1, rank))
    return sorted(d.rng.choice(np.arange(1, rank + 1), size=d.int(1, rank), replace=False).tolist())


def norm(*names, several=True):
    def make(d):
        inputs = any_rank(d, 1, 3)
        rank = inputs[0].ndim - 1
        axis = axes_of(d, rank) if several else d.of(-1, d.int(1, rank))
        flags = {name: False for name in names if d.chance(0.3)}
        return {**d.some(axis=axis), **d.some(epsilon=d.of(1e-2, 1e-4)), **flags}, inputs

    return make


def batch_norm(d):
    config, _ = norm("center", "scale", several=False)(d)
    inputs = [d.normal(d.int(2, 5), *[d.int(1, 4) for _ in range(d.int(1, 3))])]
    rank = inputs[0].ndim - 1
    if "axis" in config:
        config["axis"] = d.of(-1, d.int(1, rank))
    if d.chance(0.4):
        clipping = d.some(rmin=d.of(0.5, 0.9), rmax=d.of(1.1, 2.0), dmax=d.of(0.2, 1.0))
        config = {**config, "renorm": True, **d.some(renorm_clipping=clipping, renorm_momentum=0.7)}
    call = {"mask": mask_of(d, inputs[0].shape[:2])} if inputs[0].ndim > 2 and "renorm" not in config and d.chance(0.2) else {}
    return {**config, **d.some(momentum=0.8)}, inputs, call


def group_norm(d):
    groups = d.of(1, 2, 3)
    inputs = [d.normal(d.int(1, 3), *[d.int(1, 4) for _ in range(d.int(0, 2))], groups * d.int(1, 3))]
    flags = {name: False for name in ("center", "scale") if d.chance(0.3)}
    config = {"groups": d.of(groups, groups, -1), **d.some(epsilon=1e-2), **flags}
    if inputs[0].ndim > 2 and d.chance(0.4):
        axis = d.int(1, inputs[0].ndim - 1)
        inputs = [np.moveaxis(inputs[0], -1, axis)]
        config["axis"] = d.of(axis, axis - inputs[0].ndim)
    return config, inputs


def softmax(d):
    inputs = any_rank(d, 1, 3)
    call = {"mask": mask_of(d, inputs[0].shape)} if d.chance(0.3) else {}
    return d.some(axis=axes_of(d, inputs[0].ndim - 1)), inputs, call


def prelu(d):
    inputs = any_rank(d, 1, 3)
    rank = inputs[0].ndim - 1
    shared = sorted(set(d.rng.integers(1, rank + 1, size=d.int(1, rank)).tolist()))
    return d.some(shared_axes=shared), inputs


def mask_of(d, shape, first=True):
    mask = d.rng.random(shape) < 0.7
    if first:
        mask[..., 0] = True
    return mask


def cell_options(d, unit_forget):
    config = {"units": d.int(1, 5), **bias(d), **d.some(activation=d.of(*SMOOTH, "relu"))}
    if unit_forget and d.chance(0.3):
        config["unit_forget_bias"] = False
    return config


def lstm(d):
    return {**cell_options(d, True), **d.some(recurrent_activation=d.of("sigmoid", "hard_sigmoid", "tanh"))}


def gru(d):
    config = {**cell_options(d, False), **d.some(recurrent_activation=d.of("sigmoid", "hard_sigmoid", "tanh"))}
    return {**config, **d.some(reset_after=False)}


def simple(d):
    return cell_options(d, False)


def loop_options(d):
    flags = {name: True for name in ("return_sequences", "return_state", "go_backwards", "unroll") if d.chance(0.35)}
    return flags


def recurrent(cell, states):
    def make(d):
        config = {**cell(d), **loop_options(d), **d.some_of(dropout=0.3, recurrent_dropout=0.2)}
        inputs = sequence(d)
        batch, time = inputs[0].shape[:2]
        call = {}
        if d.chance(0.3):
            call["mask"] = mask_of(d, (batch, time), first=d.chance(0.7))
        if d.chance(0.3):
            inputs += [d.normal(batch, config["units"], scale=0.5) for _ in range(states)]
        return config, inputs, call

    return make


CELLS = {"LSTM": lstm, "GRU": gru, "SimpleRNN": simple}


def rnn(d):
    def one():
        kind = d.of(*CELLS)
        return {"layer": f"{kind}Cell", "config": CELLS[kind](d)}

    cell = one()
    if d.chance(0.4):
        cell = {"layer": "StackedRNNCells", "config": {"cells": [one() for _ in range(d.int(1, 3))]}}
    config = {"cell": cell, **loop_options(d), **d.some(zero_output_for_mask=True)}
    inputs = sequence(d)
    call = {"mask": mask_of(d, inputs[0].shape[:2])} if d.chance(0.3) else {}
    return config, inputs, call


def bidirectional(d):
    kind = d.of(*CELLS)
    options = {**CELLS[kind](d), **({"return_sequences": True} if d.chance() else {})}
    config = {"layer": {"layer": kind, "config": options}, **d.some(merge_mode=d.of("sum", "mul", "ave", "concat", None))}
    if d.chance(0.3):
        # The layer that reads backwards may be of another class.
        other = d.of(*CELLS)
        own = {**CELLS[other](d), "units": options["units"], "go_backwards": True}
        own.update({name: options[name] for name in ("return_sequences",) if name in options})
        config["backward_layer"] = {"layer": other, "config": own}
    inputs = sequence(d)
    if d.chance(0.2) and "backward_layer" not in config:
        batch, states = len(inputs[0]), 4 if kind == "LSTM" else 2
        inputs += [d.normal(batch, options["units"], scale=0.5) for _ in range(states)]
    call = {"mask": mask_of(d, inputs[0].shape[:2])} if d.chance(0.3) else {}
    return config, inputs, call


def conv_lstm(rank):
    def make(d):
        config = {"filters": d.int(1, 3), "kernel_size": sizes(d, rank, 1, 3), **bias(d), **loop_options(d)}
        config.pop("unroll", None)
        if d.chance():
            config["padding"] = "same"
        if d.chance(0.3):
            config["strides"] = d.int(1, 2)
        elif d.chance(0.3):
            config["dilation_rate"] = sizes(d, rank, 1, 2)
        config.update(d.some_of(activation=d.of(*SMOOTH), recurrent_activation=d.of("sigmoid", "hard_sigmoid")))
        config.update(d.some_of(unit_forget_bias=False, dropout=0.3, recurrent_dropout=0.2))
        inputs = [d.normal(d.int(1, 2), d.int(1, 3), *[d.int(3, 5) for _ in range(rank)], d.int(1, 2))]
        call = {"mask": mask_of(d, inputs[0].shape[:2], first=d.chance(0.7))} if d.chance(0.3) else {}
        return config, inputs, call

    return make


def time_distributed(d):
    inner = d.of(
        {"layer": "Dense", "config": {"units": d.int(1, 4), **activation(d)}},
        {"layer": "LayerNormalization", "config": {}},
        {"layer": "Flatten", "config": {}},
        {"layer": "RepeatVector", "config": {"n": 2}},
        {"layer": d.of(*CELLS), "config": {"units": 2, **d.some_of(return_sequences=True, go_backwards=True)}},
        {"layer": "Conv1D", "config": {"filters": 2, "kernel_size": 2, "padding": d.of("same", "causal"), **bias(d)}},
        {"layer": "GlobalMaxPooling1D", "config": d.some(keepdims=True)},
        {"layer": "BatchNormalization", "config": {}},
    )
    inner_rank = {"RepeatVector": 1, "Dense": d.int(1, 2), "LayerNormalization": d.int(1, 2), "Flatten": d.int(1, 2)}
    shape = [d.int(1, 4) for _ in range(inner_rank.get(inner["layer"], 2))]
    inputs = [d.normal(d.int(1, 3), d.int(1, 4), *shape)]
    return {"layer": inner}, inputs, {"mask": mask_of(d, inputs[0].shape[:2])} if d.chance(0.3) else {}


def spectral(d):
    rank = d.int(1, 2)
    name, make = d.of(
        ("Dense", lambda d: ({"units": d.int(1, 4), **activation(d), **bias(d)}, any_rank(d))),
        (f"Conv{rank}D", conv(rank)),
        (f"Conv{rank}DTranspose", transposed(rank)),
        (f"DepthwiseConv{rank}D", depthwise(rank)),
        ("EinsumDense", einsum),
    )
    config, inputs = make(d)
    return {"layer": {"layer": name, "config": config}, **d.some(power_iterations=d.int(1, 3))}, inputs


def attention(additive):
    def make(d):
        batch, queries, keys, n = d.int(1, 3), d.int(1, 4), d.int(1, 4), d.int(1, 4)
        inputs = [d.normal(batch, queries, n), d.normal(batch, keys, n)]
        if d.chance(0.4):
            inputs[1] = d.normal(batch, keys, d.int(1, 4))
            inputs.append(d.normal(batch, keys, n))
        config = {"use_scale": d.chance()}
        if not additive:
            config.update(d.some(score_mode="concat"))
        config.update(d.some_of(dropout=0.3))
        call = {name: True for name in ("use_causal_mask", "return_attention_scores") if d.chance(0.25)}
        if d.chance(0.3):
            call["mask"] = [mask_of(d, (batch, queries)) if d.chance(0.7) else None, mask_of(d, (batch, keys))]
        return config, inputs, call

    return make


def multi_head(d):
    batch, queries, keys, n = d.int(1, 2), d.int(1, 4), d.int(1, 4), d.int(1, 5)
    # Keras on TensorFlow adds a bias of shape [n, 1] along another axis if that has n elements.
    config = {"num_heads": d.int(1, 3), "key_dim": d.int(2, 3), **d.some(value_dim=d.int(2, 4)), **bias(d)}
    config.update(d.some(output_shape=d.int(1, 5)))
    inputs = [d.normal(batch, queries, n), d.normal(batch, keys, d.int(1, 5))]
    if d.chance(0.4):
        inputs.append(d.normal(batch, keys, d.int(1, 5)))
    call = {name: True for name in ("use_causal_mask", "return_attention_scores") if d.chance(0.2)}
    if d.chance(0.3):
        call["attention_mask"] = mask_of(d, (batch, queries, keys))
    for name, count in (("query_mask", queries), ("value_mask", keys), ("key_mask", keys)):
        if d.chance(0.15):
            call[name] = mask_of(d, (batch, count))
    config.update(d.some_of(dropout=0.3, use_gate=True, sliding_window=d.int(1, 3)))
    if d.chance(0.15):
        # Attention along some of several axes.
        other = d.int(1, 3)
        inputs = [np.repeat(value[:, None], other, 1) * d.normal(batch, other, 1, 1) for value in inputs]
        inputs = [as_f32(value) for value in inputs]
        axes = d.of([2], [1, 2])
        call = {name: own for name, own in call.items() if name == "return_attention_scores"}
        config["attention_axes"] = axes
        config.pop("sliding_window", None)
    return config, inputs, call


def group_query(d):
    groups = d.int(1, 2)
    batch, queries, keys, n = d.int(1, 2), d.int(1, 4), d.int(1, 4), d.int(1, 5)
    config = {"head_dim": d.int(2, 3), "num_query_heads": groups * d.int(1, 2), "num_key_value_heads": groups, **bias(d)}
    call = {name: True for name in ("use_causal_mask", "return_attention_scores") if d.chance(0.2)}
    for name, count in (("query_mask", queries), ("value_mask", keys), ("key_mask", keys)):
        if d.chance(0.15):
            call[name] = mask_of(d, (batch, count))
    if d.chance(0.2):
        call["attention_mask"] = mask_of(d, (batch, queries, keys))
    config.update(d.some_of(dropout=0.3, use_gate=True, sliding_window=d.int(1, 3)))
    return config, [d.normal(batch, queries, n), d.normal(batch, keys, n)], call


def embedding(d):
    count = d.int(1, 9)
    config = {"input_dim": count, "output_dim": d.int(1, 5), **d.some(mask_zero=True), **lora(d)}
    return config, [d.ints(count, d.int(1, 3), *[d.int(1, 4) for _ in range(d.int(1, 2))])]


def reversible_embedding(d):
    count, n = d.int(1, 9), d.int(1, 5)
    config = {"input_dim": count, "output_dim": n, **d.some_of(mask_zero=True, tie_weights=False, logit_soft_cap=1.5)}
    if d.chance():
        return config, [d.ints(count, d.int(1, 3), *[d.int(1, 4) for _ in range(d.int(1, 2))])]
    return config, [d.normal(d.int(1, 3), *[d.int(1, 4) for _ in range(d.int(0, 2))], n)], {"reverse": True}


def masked_pooling(d):
    inputs = sequence(d)
    call = {"mask": mask_of(d, inputs[0].shape[:2])} if d.chance(0.4) else {}
    return d.some(keepdims=True), inputs, call


def global_pooling(rank):
    return lambda d: (d.some(keepdims=True), image(d, rank, 1, 4))


def spatial(rank, default):
    """Amounts around each of `rank` axes."""

    def pairs(d):
        if rank == 1:
            return d.of(d.int(0, 2), [d.int(0, 2), d.int(0, 2)])
        return d.of(d.int(0, 1), [d.int(0, 1) for _ in range(rank)], [[d.int(0, 1), d.int(0, 1)] for _ in range(rank)])

    return lambda d: ({default: pairs(d)}, image(d, rank, 3, 5))


def upsampling(rank):
    def make(d):
        config = {"size": sizes(d, rank, 1, 3)}
        if rank == 2:
            config.update(d.some(interpolation=d.of("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")))
        return config, image(d, rank, 1, 5 if rank < 3 else 3)

    return make


def reshape(d):
    sizes_ = [d.int(1, 4) for _ in range(d.int(1, 3))]
    total = int(np.prod(sizes_))
    target = d.of([total], [-1], [1, total], [total, 1, -1])
    return {"target_shape": target}, [d.normal(d.int(1, 3), *sizes_)]


def permute(d):
    inputs = any_rank(d, 1, 4, 4)
    rank = inputs[0].ndim - 1
    return {"dims": (d.rng.permutation(rank) + 1).tolist()}, inputs


def plain(make_config, low=1, high=3):
    return lambda d: (make_config(d), any_rank(d, low, high))


def rate(d):
    return {"rate": d.of(0.0, 0.1, 0.5)}


def dropout(d):
    inputs = any_rank(d)
    shape = [d.of(size, None, 1) for size in inputs[0].shape]
    return {**rate(d), **d.some(noise_shape=shape)}, inputs


LAYERS = {
    "Activation": plain(lambda d: {"activation": d.of(*ACTIVATIONS, "softmax", "log_softmax", "sparsemax")}),
    "ActivityRegularization": plain(lambda d: d.some(l1=0.1, l2=0.2)),
    **{f"Adaptive{kind}Pooling{n}D": adaptive(n) for kind in ("Average", "Max") for n in (1, 2, 3)},
    "Add": merging,
    "AdditiveAttention": attention(True),
    "AlphaDropout": dropout,
    "Attention": attention(False),
    "Average": merging,
    **{f"{kind}Pooling{n}D": pooling(n) for kind in ("Average", "Max") for n in (1, 2, 3)},
    "BatchNormalization": batch_norm,
    "Bidirectional": bidirectional,
    "Concatenate": concatenate,
    **{f"Conv{n}D": conv(n) for n in (1, 2, 3)},
    **{f"Conv{n}DTranspose": transposed(n) for n in (1, 2, 3)},
    **{f"ConvLSTM{n}D": conv_lstm(n) for n in (1, 2, 3)},
    **{f"Cropping{n}D": spatial(n, "cropping") for n in (1, 2, 3)},
    "Dense": lambda d: ({"units": d.int(1, 5), **activation(d), **bias(d), **lora(d)}, any_rank(d)),
    **{f"DepthwiseConv{n}D": depthwise(n) for n in (1, 2)},
    "Dot": dot,
    "Dropout": dropout,
    "ELU": plain(lambda d: d.some(alpha=0.5)),
    "EinsumDense": einsum_dense,
    "Embedding": embedding,
    "Flatten": plain(lambda d: {}),
    "GRU": recurrent(gru, 1),
    "GaussianDropout": plain(rate),
    "GaussianNoise": plain(lambda d: {"stddev": 0.3}),
    "GlobalAveragePooling1D": masked_pooling,
    "GlobalAveragePooling2D": global_pooling(2),
    "GlobalAveragePooling3D": global_pooling(3),
    "GlobalMaxPooling1D": global_pooling(1),
    "GlobalMaxPooling2D": global_pooling(2),
    "GlobalMaxPooling3D": global_pooling(3),
    "GroupNormalization": group_norm,
    "GroupQueryAttention": group_query,
    "Identity": plain(lambda d: {}),
    "LSTM": recurrent(lstm, 2),
    "LayerNormalization": norm("center", "scale"),
    "LeakyReLU": plain(lambda d: d.some(negative_slope=0.1)),
    "Masking": lambda d: (d.some(mask_value=0.5), sequence(d)),
    "Maximum": merging,
    "Minimum": merging,
    "MultiHeadAttention": multi_head,
    "Multiply": merging,
    "PReLU": prelu,
    "Permute": permute,
    # Along another axis than the last, Keras scales the wrong one.
    "RMSNormalization": lambda d: (d.some(epsilon=1e-2), any_rank(d, 1, 3)),
    "RNN": rnn,
    "ReLU": plain(lambda d: {**d.some(max_value=1.5), **d.some(negative_slope=0.2), **d.some(threshold=0.3)}),
    "RepeatVector": lambda d: ({"n": d.int(1, 4)}, [d.normal(d.int(1, 3), d.int(1, 5))]),
    "Reshape": reshape,
    "ReversibleEmbedding": reversible_embedding,
    **{f"SeparableConv{n}D": separable(n) for n in (1, 2)},
    "SimpleRNN": recurrent(simple, 1),
    "Softmax": softmax,
    **{f"SpatialDropout{n}D": (lambda n: lambda d: (rate(d), image(d, n)))(n) for n in (1, 2, 3)},
    "SpectralNormalization": spectral,
    "Subtract": two_merging,
    "TimeDistributed": time_distributed,
    "UnitNormalization": plain(lambda d: d.some(axis=-1)),
    **{f"UpSampling{n}D": upsampling(n) for n in (1, 2, 3)},
    **{f"ZeroPadding{n}D": spatial(n, "padding") for n in (1, 2, 3)},
}


# The layers that training makes compute something else, without random numbers.
TRAINED = ("BatchNormalization", "SpectralNormalization")


def ruled(d, layer, config):
    """Sometimes initializers, regularizers and constraints, in Keras's several forms. None changes a call, for its weights are given."""
    rules = {
        "initializer": ("he_normal", "zeros", {"class_name": "RandomNormal", "config": {"stddev": 0.1}}, "Ones"),
        "regularizer": ("l2", "L1", {"class_name": "L1L2", "config": {"l1": 0.1, "l2": 0.2}}),
        "constraint": ("non_neg", "MaxNorm", {"class_name": "UnitNorm", "config": {"axis": 0}}),
    }
    known = inspect.signature(getattr(keras.layers, layer).__init__).parameters
    for name in known:
        kind = name.rsplit("_", 1)[-1]
        if kind in rules and d.chance(0.08) and name not in config:
            config[name] = d.of(*rules[kind])
    return config


def built(name, config):
    """The layer of Keras; layers within options are made first."""

    def made(value):
        if isinstance(value, dict) and "layer" in value:
            return built(value["layer"], value["config"])
        return [made(v) for v in value] if isinstance(value, list) and any(isinstance(v, dict) for v in value) else value

    options = {key: made(value) for key, value in config.items()}
    for key, value in options.items():
        if isinstance(value, list) and key not in ("cells",):
            options[key] = tuple(tuple(v) if isinstance(v, list) else v for v in value)
    if name in ("LayerNormalization", "Softmax", "UnitNormalization", "PReLU", "RMSNormalization"):
        options = {key: list(v) if isinstance(v, tuple) else v for key, v in options.items()}
    return getattr(keras.layers, name)(**options)


def called(name, layer, values, call, training):
    if name in ("Attention", "AdditiveAttention"):
        return layer(list(values), training=training, **call)
    if name in ("MultiHeadAttention", "GroupQueryAttention"):
        return layer(*values, training=training, **call)
    if name in ("LSTM", "GRU", "SimpleRNN", "Bidirectional") and len(values) > 1:
        return layer(values[0], initial_state=list(values[1:]), training=training, **call)
    given = values[0] if len(values) == 1 else list(values)
    return layer(given, training=training, **call) if name in TRAINED else layer(given, **call)


def randomised(d, layer):
    """Gives every weight numbers of its own, in ranges that its use allows."""
    for weight in layer.weights:
        shape = tuple(weight.shape)
        positive = "variance" in weight.path or "stddev" in weight.path
        weight.assign(d.uniform(*shape, low=0.3, high=1.5) if positive else d.normal(*shape, scale=0.6))


def stored_call(call):
    def stored(value):
        if isinstance(value, list):
            return [stored(own) for own in value]
        return array(value) if isinstance(value, np.ndarray) else value

    return {key: stored(value) for key, value in call.items()}


def case(name, d: Draw):
    drawn = LAYERS[name](d)
    config, inputs = drawn[:2]
    call = drawn[2] if len(drawn) > 2 else {}
    config = ruled(d, name, config)
    training = name in TRAINED and d.chance()
    # TensorFlow pools volumes and resizes by these in f32 alone.
    single = name.endswith("Pooling3D") or config.get("interpolation", "nearest") not in ("nearest", "bilinear")
    dtype = tf.float32 if single else tf.float64
    # Names of inner layers then have no numbers.
    keras.backend.clear_session()
    layer = built(name, {**config, "dtype": dtype.name} if single else config)
    values = [tf.constant(v, dtype if v.dtype.kind == "f" else None) for v in inputs]
    called(name, layer, values, call, False)
    randomised(d, layer)
    weights = [w for w in layer.weights if "seed_generator" not in w.path]
    before = [array(as_f32(numpy(w)), name=w.path.split("/", 1)[-1], trainable=bool(w.trainable)) for w in weights]
    trained = [w.value for w in weights if w.trainable]
    with tf.GradientTape() as tape:
        floats = [v for v in values if v.dtype.is_floating]
        tape.watch(floats)
        result = called(name, layer, values, call, training)
        # The states of stacked cells are lists within the list.
        outputs = tf.nest.flatten(result)
        upstream = d.normal(*outputs[0].shape)
        scalar = tf.reduce_sum(outputs[0] * tf.constant(upstream, outputs[0].dtype))
    gradients = tape.gradient(scalar, floats + trained, unconnected_gradients="zero")
    dense = [numpy(tf.convert_to_tensor(g)) for g in gradients]
    by_input, by_weight = iter(dense[: len(floats)]), iter(dense[len(floats) :])
    made = {
        "kind": "layer",
        "layer": name,
        "config": config,
        "inputs": [array(v) for v in inputs],
        "training": training,
        "weights": before,
        "grad_output": array(upstream),
        "output": array(numpy(outputs[0])),
        "output_shape": list(outputs[0].shape),
        "grad_inputs": [array(next(by_input)) if v.dtype.is_floating else None for v in values],
        "grad_weights": [array(next(by_weight)) if w.trainable else None for w in weights],
    }
    if call:
        made["call"] = stored_call(call)
    if len(outputs) > 1:
        made["extra_outputs"] = [array(numpy(v)) for v in outputs[1:]]
    if training:
        # SpectralNormalization replaces its kernel, too.
        state = [w for w in weights if not w.trainable or name == "SpectralNormalization"]
        made["state_after"] = [array(numpy(w), name=w.path.split("/", 1)[-1]) for w in state]
    if any(np.abs(g).max(initial=0) > 1e6 for g in dense):
        raise Skip("large gradients")
    return made

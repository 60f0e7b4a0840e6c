# Trajectories at random: steps of training of a chain of layers, with masks, penalties, constraints and moving statistics.

from base import Draw, Skip, array, as_f32, keras, np, numpy, tf
from training import OWN

STEPS = 8
RULES = {
    "kernel_regularizer": ("l2", {"class_name": "L1", "config": {"l1": 0.01}}),
    "bias_regularizer": ("l1",),
    "activity_regularizer": ({"class_name": "L2", "config": {"l2": 0.02}},),
    "kernel_constraint": ("non_neg", {"class_name": "MaxNorm", "config": {"max_value": 0.7, "axis": 0}}, "UnitNorm"),
    "bias_constraint": ("non_neg",),
}


def ruled(d, config):
    own = {name: d.of(*values) for name, values in RULES.items() if d.chance(0.12)}
    return {**config, **own, **({"trainable": False} if d.chance(0.08) else {})}


def dense(d, units=None, activation=None):
    config = {"units": units or d.int(2, 5), **({"activation": activation} if activation else d.some(activation=d.of("tanh", "sigmoid", "softplus")))}
    return {"layer": "Dense", "config": ruled(d, config)}


def norm(d):
    return d.of(
        {"layer": "BatchNormalization", "config": d.some(momentum=0.8)},
        {"layer": "LayerNormalization", "config": {}},
        {"layer": "RMSNormalization", "config": {}},
        {"layer": "UnitNormalization", "config": {}},
    )


def recurrent(d, sequences):
    config = {"units": d.int(2, 4), **d.some_of(go_backwards=True, use_bias=False)}
    if sequences:
        config["return_sequences"] = True
        config.pop("go_backwards", None)
    own = {"layer": d.of("LSTM", "GRU", "SimpleRNN"), "config": config}
    if d.chance(0.25) and "go_backwards" not in config:
        return {"layer": "Bidirectional", "config": {"layer": own}}
    config = ruled(d, config)
    if own["layer"] == "SimpleRNN":
        # Keras loses it.
        config.pop("activity_regularizer", None)
    return {**own, "config": config}


def sequence(d):
    """Layers over tokens or steps, which end in one row of numbers or in one for each step."""
    steps = d.int(2, 5)
    if d.chance(0.6):
        first = {"input_dim": 7, "output_dim": d.int(2, 4), **({"mask_zero": True} if d.chance(0.6) else {})}
        shape, dtype, layers = [steps], "i32", [{"layer": "Embedding", "config": first}]
    else:
        shape, dtype, layers = [steps, d.int(1, 3)], "f32", []
        if d.chance():
            layers.append({"layer": "Masking", "config": {"mask_value": 0.5}})
    for _ in range(d.int(0, 2)):
        layers.append(d.of(dense(d), norm(d), recurrent(d, True), {"layer": "TimeDistributed", "config": {"layer": dense(d)}}))
    if d.chance(0.3):
        return shape, dtype, layers
    last = d.of(recurrent(d, False), {"layer": "GlobalAveragePooling1D", "config": {}}, {"layer": "GlobalMaxPooling1D", "config": {}})
    return shape, dtype, [*layers, last]


def picture(d):
    layers = []
    for _ in range(d.int(1, 2)):
        config = {"filters": d.int(2, 4), "kernel_size": 3, "padding": "same", **d.some(activation="tanh", use_bias=False)}
        name = d.of("Conv2D", "Conv2D", "SeparableConv2D", "DepthwiseConv2D", "Conv2DTranspose")
        if name == "DepthwiseConv2D":
            config.pop("filters")
        own = config if name in ("SeparableConv2D", "DepthwiseConv2D") else {k: v for k, v in ruled(d, config).items() if "bias" not in k or config.get("use_bias", True) or k == "use_bias"}
        layers.append({"layer": name, "config": own})
        layers += [norm(d)] if d.chance() else []
        layers += [{"layer": "AveragePooling2D", "config": {"pool_size": 2}}] if d.chance(0.3) else []
    last = d.of("Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D")
    return [4, 4, d.int(1, 2)], "f32", [*layers, {"layer": last, "config": {}}]


def plain(d):
    shape = [d.int(2, 6)]
    layers = [d.of(dense(d), dense(d), norm(d)) for _ in range(d.int(1, 3))]
    # The gradient of a bias in front of it is rounding alone.
    return shape, "f32", [layer for i, layer in enumerate(layers) if i == 0 or layer["layer"] != "BatchNormalization"]


FORMS = {"sequence": sequence, "picture": picture, "plain": plain}
GOALS = {
    "MeanSquaredError": None,
    "MeanAbsoluteError": None,
    "Huber": None,
    "LogCosh": None,
    "CategoricalCrossentropy": "softmax",
    "SparseCategoricalCrossentropy": "softmax",
    "BinaryCrossentropy": "sigmoid",
    "KLDivergence": "softmax",
    "Poisson": "softplus",
}


def made(value):
    if isinstance(value, dict) and "layer" in value:
        return getattr(keras.layers, value["layer"])(**{k: made(v) for k, v in value["config"].items()})
    return value


def target(d, loss, shape):
    if loss == "SparseCategoricalCrossentropy":
        return d.ints(shape[-1], *shape[:-1])
    if loss in ("CategoricalCrossentropy", "KLDivergence"):
        return np.eye(shape[-1])[d.ints(shape[-1], *shape[:-1])]
    if loss == "BinaryCrossentropy":
        return d.ints(2, *shape).astype(np.float64)
    return d.uniform(*shape, low=0.1, high=2) if loss == "Poisson" else d.normal(*shape)


def trajectory_case(name, d: Draw):
    shape, dtype, layers = FORMS[name](d)
    loss = d.of(*GOALS)
    layers.append(dense(d, d.int(2, 4), GOALS[loss] or "linear"))
    optimizer = d.of(*(set(OWN) - {"Muon", "Adafactor", "ScheduleFreeAdamW", "Lion"}))
    config = {"learning_rate": 0.01, **OWN[optimizer](d)}
    keras.backend.clear_session()
    model = keras.Sequential([keras.Input(shape, dtype="int32" if dtype == "i32" else "float64"), *[made(layer) for layer in layers]])
    weights = [w for w in model.weights if "seed" not in w.path]
    names = [weight.path for weight in weights]
    for weight in weights:
        if "variance" not in weight.path:
            weight.assign(as_f32(numpy(weight)) + (d.normal(*weight.shape, scale=0.1) if weight.trainable else 0))
    initial = [array(numpy(w), name=n) for n, w in zip(names, weights)]
    for weight, own in zip(weights, initial):
        weight.assign(as_f32(numpy(weight)))
    loss_config = {}
    trainer = getattr(keras.optimizers, optimizer)(**config)
    model.compile(trainer, getattr(keras.losses, loss)(**loss_config), run_eagerly=True)
    trained = model.trainable_variables
    trainer.build(trained)
    batch = d.int(2, 5)
    batches, losses = [], []
    for _ in range(3):
        x = d.ints(7, batch, *shape) if dtype == "i32" else d.normal(batch, *shape)
        if dtype == "f32" and len(shape) == 2:
            x[d.rng.random(x.shape[:2]) < 0.3] = 0.5
        if dtype == "i32":
            # No row without a token.
            x[:, 0] = np.maximum(x[:, 0], 1)
        y = target(d, loss, [batch, *model.output_shape[1:]])
        batches.append((x, y))
    for step in range(STEPS):
        x, y = batches[step % 3]
        with tf.GradientTape() as tape:
            value = model.compute_loss(x, y, model(x, training=True))
        gradients = tape.gradient(value, [own.value for own in trained], unconnected_gradients="zero")
        # Keras on TensorFlow squares the parts of a token's gradient one by one.
        trainer.apply([tf.convert_to_tensor(gradient) for gradient in gradients], trained)
        losses.append(float(value))
    if not np.isfinite(losses).all():
        raise Skip("not finite")
    return {
        "kind": "trajectory",
        "model": {"input_shape": shape, "input_dtype": dtype, "layers": layers},
        "loss": loss,
        "loss_config": loss_config,
        "optimizer": optimizer,
        "optimizer_config": config,
        "batch_size": batch,
        "steps": STEPS,
        "batches": [{"x": array(x), "y": array(y)} for x, y in batches],
        "initial_weights": initial,
        "losses": array(np.array(losses)),
        "final_weights": [array(numpy(w), name=n) for n, w in zip(names, weights)],
    }

"""Keras as the oracle of random programs: reads one program a line as JSON, answers one line of arrays. scripts/oracle.mjs starts it.

Everything is computed in f64, eagerly, by Keras's own layers, losses, optimizers and metrics. What Keras has no form for is
answered with a reason.
"""

import gc
import json
import os
import re
import sys

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from keras import ops  # noqa: E402
from keras.src import backend  # noqa: E402

keras.config.set_floatx("float64")
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
# Each eager call of a layer or operation would pass through a handler that shortens stack traces.
keras.config.disable_traceback_filtering()
tf.debugging.disable_traceback_filtering()


# Keras adds what has one axis larger than 1 along the channels, whatever axis that is: [b, 3, 3] + [3, 1] as [b, 3, 3] + [3].
backend.numpy.add = tf.add


class Skipped(Exception):
    """Keras has no form for it."""


def snake(name):
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def classes_of(module, base):
    found = {}
    for name in dir(module):
        value = getattr(module, name)
        if isinstance(value, type) and issubclass(value, base):
            found.setdefault(snake(name), value)
    return found


LOSSES = classes_of(keras.losses, keras.losses.Loss)
METRICS = classes_of(keras.metrics, keras.metrics.Metric)
OPTIMIZERS = {name.replace("_", ""): value for name, value in classes_of(keras.optimizers, keras.optimizers.Optimizer).items()}
SCHEDULES = classes_of(keras.optimizers.schedules, keras.optimizers.schedules.LearningRateSchedule)

# Where nnc's name of a function is not that of keras.activations or keras.ops.
FUNCTIONS = {
    "neg": "negative",
    "mul": "multiply",
    "sub": "subtract",
    "div": "divide",
    "pow": "power",
    "concat": "concatenate",
    "abs": "absolute",
}


def given(options):
    return {name: value for name, value in options.items() if value is not None}


def function(name):
    """By nnc's name: an activation, or an operation."""
    name = FUNCTIONS.get(name, name)
    found = getattr(keras.activations, name, None) or getattr(ops, name, None)
    if found is None and name == "rsqrt":
        found = ops.rsqrt
    if found is None:
        raise Skipped(f"no function {name}")
    return found


def activation(value):
    if value is None:
        return None
    call, options = function(value["name"]), given(value["options"])
    return lambda x: call(x, **options)


PADDED = re.compile(r"(Cropping|ZeroPadding)(\d)D")


def on_last_axes(axis, rank):
    axes = sorted(one % rank for one in (axis if isinstance(axis, list) else [axis]))
    return axes == list(range(rank - len(axes), rank))


RULES = {"regularizer": keras.regularizers, "constraint": keras.constraints}


def rule_of(kind, value):
    """A regularizer or constraint."""
    found = classes_of(RULES[kind], getattr(RULES[kind], kind.capitalize()))
    # The regularizers of norms have single letters, which Keras's rule for names sets apart.
    by_name = {name.replace("_", ""): own for name, own in found.items()}
    return by_name[value["name"].replace("_", "")](**given(value["options"]))


def layer_of(op, options, rank, penalties=()):
    """A layer of Keras; initial weights are set later."""
    config = {}
    # A penalty of the layer ActivityRegularization is in its own options.
    if penalties and op != "ActivityRegularization":
        config["activity_regularizer"] = rule_of("regularizer", penalties[0])
    for name, value in options.items():
        kind = name.rsplit("_", 1)[-1]
        if kind == "initializer" or value is None:
            continue
        if kind == "activation":
            config[name] = activation(value)
        elif isinstance(value, dict):
            config[name] = layer_of(value["name"], value["options"], rank)
        elif isinstance(value, list):
            config[name] = tuple(value)
        else:
            config[name] = value
    padded = PADDED.fullmatch(op)
    if padded:
        name = "cropping" if padded[1] == "Cropping" else "padding"
        pairs = [tuple(options[name][i : i + 2]) for i in range(0, len(options[name]), 2)]
        config[name] = pairs[0] if len(pairs) == 1 else tuple(pairs)
    # One number, not a list of one.
    for name in ("axis", "shared_axes"):
        if isinstance(config.get(name), tuple):
            config[name] = list(config[name])
    if op == "ELU" and config.get("alpha") is not None:
        config["alpha"] = float(config["alpha"])
    if op == "UpSampling1D" and isinstance(config.get("size"), tuple):
        config["size"] = config["size"][0]
    if op == "RMSNormalization" and not on_last_axes(config.get("axis", -1), rank):
        raise Skipped("a departure: RMSNormalization, whose scale Keras lays along the last axes whatever axes are normalised")
    if not hasattr(keras.layers, op):
        raise Skipped(f"no layer {op}")
    return getattr(keras.layers, op)(**config)


def aligned(values, nodes):
    """Values of one sample broadcast with each other; the batch axis takes no part."""
    batched = [bool(node["shape"]) and node["shape"][0] == -1 for node in nodes]
    ranks = [len(node["shape"]) - is_batched for node, is_batched in zip(nodes, batched)]
    most = max(ranks)
    result = []
    for value, is_batched, rank in zip(values, batched, ranks):
        if is_batched and rank < most:
            shape = ops.shape(value)
            value = ops.reshape(value, (shape[0], *([1] * (most - rank)), *shape[1:]))
        result.append(value)
    return result


def matmul_of_samples(values, nodes):
    """The product within each sample, where a row stands left and a column right; a weight is the same for all samples."""
    batched = [bool(node["shape"]) and node["shape"][0] == -1 for node in nodes]
    ranks = [len(node["shape"]) - is_batched for node, is_batched in zip(nodes, batched)]
    left, right = [value if is_batched else ops.expand_dims(value, 0) for value, is_batched in zip(values, batched)]
    left = ops.expand_dims(left, 1) if ranks[0] == 1 else left
    right = ops.expand_dims(right, -1) if ranks[1] == 1 else right
    most = max(len(left.shape), len(right.shape))
    left, right = [
        ops.reshape(one, (one.shape[0], *([1] * (most - len(one.shape))), *one.shape[1:])) for one in (left, right)
    ]
    made = ops.matmul(left, right)
    made = ops.squeeze(made, -2) if ranks[0] == 1 else made
    made = ops.squeeze(made, -1) if ranks[1] == 1 else made
    return made if any(batched) else ops.squeeze(made, 0)


ELEMENTWISE = {"add", "sub", "mul", "div", "pow", "maximum", "minimum"}
BROADCASTING = {"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"}


class Net(keras.Model):
    def __init__(self, model):
        super().__init__()
        self.nodes = model["nodes"]
        self.result = model["output"]
        self.names = [i["name"] for i in model["inputs"]]
        self.by_path = {}
        self.free = {}
        for node in self.nodes:
            if node["kind"] == "call" and node["op"][0].isupper() and node["path"] not in self.by_path:
                layer = layer_of(node["op"], node["options"], len(node["shape"]), node["penalties"])
                if node["frozen"]:
                    layer.trainable = False
                self.by_path[node["path"]] = layer
                setattr(self, f"layer_{len(self.by_path)}", layer)
        used = {path for node in self.nodes if node["kind"] == "call" for path in node["weights"]}
        for weight in model["weights"]:
            if weight["path"] not in used:
                self.free[weight["path"]] = self.add_weight(
                    shape=weight["shape"], trainable=weight["trainable"], name=f"free_{len(self.free)}"
                )

    def variable(self, path):
        if path in self.free:
            return self.free[path]
        owner, name = path.rsplit("/", 1)
        layer = self.by_path.get(owner)
        for variable in layer.weights if layer is not None else []:
            if variable.name == name:
                return variable
        raise Skipped(f"no variable {path}")

    def call(self, inputs, training=False):
        return run_nodes(self.nodes, inputs, self, training)[self.result]


def run_nodes(nodes, inputs, net=None, training=False):
    values, by_id = {}, {node["id"]: node for node in nodes}
    for node in nodes:
        kind = node["kind"]
        if kind == "input":
            values[node["id"]] = inputs[node["name"]]
        elif kind == "number":
            values[node["id"]] = ops.convert_to_tensor(node["value"], "float64")
        elif kind == "weight":
            values[node["id"]] = ops.convert_to_tensor(net.variable(node["path"]))
        else:
            args = [values[i] for i in node["args"]]
            arg_nodes = [by_id[i] for i in node["args"]]
            op, options = node["op"], node["options"]
            if op[0].isupper():
                layer = net.by_path[node["path"]] if net is not None else layer_of(op, options, len(node["shape"]))
                args = aligned(args, arg_nodes) if op in BROADCASTING else args
                several = op in BROADCASTING or op == "Concatenate"
                values[node["id"]] = layer(args if several else args[0], **({"training": training} if takes_training(layer) else {}))
            elif op == "matmul":
                values[node["id"]] = matmul_of_samples(args, arg_nodes)
            elif op in ELEMENTWISE:
                values[node["id"]] = function(op)(*aligned(args, arg_nodes))
            elif op == "concat":
                values[node["id"]] = ops.concatenate(args, **given(options))
            else:
                values[node["id"]] = function(op)(*args, **given(options))
            made = list(values[node["id"]].shape)
            if len(made) != len(node["shape"]) or any(b not in (-1, a) for a, b in zip(made, node["shape"])):
                raise Skipped(f"{op} makes another shape in Keras")
    return values


def takes_training(layer):
    return isinstance(layer, (keras.layers.BatchNormalization, keras.layers.Dropout, keras.layers.SpectralNormalization))


def tensor_of(values, shape, samples):
    return tf.constant(np.asarray(values, dtype="float64").reshape([samples if size == -1 else size for size in shape]))


def fields_of(program):
    """The fields of each batch. A transform is about one sample, so that it runs once for all batches."""
    batches = program["batches"]
    counts = [batch["samples"] for batch in batches]
    made = [(samples, {}) for samples in counts]
    for field in program["fields"]:
        nodes = field["nodes"]
        columns = [batch["columns"].get(field["column"]) for batch in batches]
        if None in columns:
            continue
        first = nodes[0]
        value = tensor_of([number for column in columns for number in column], first["shape"], sum(counts))
        values = run_nodes(nodes, {first["name"]: value})[nodes[-1]["id"]]
        for (_, fields), part in zip(made, tf.split(values, counts)):
            fields[field["name"]] = part
    return made


def scheduled(value):
    if not isinstance(value, dict):
        return value
    options = given(value["options"])
    if value["name"] == "cosine_decay" and options.get("warmup_steps") and "warmup_target" not in options:
        raise Skipped("a departure: the warm-up of cosine_decay")
    if value["name"] not in SCHEDULES:
        raise Skipped(f"no schedule of Keras is {value['name']}")
    # Keras computes in the type of the first rate: of 1 in whole numbers.
    rates = {"initial_learning_rate", "warmup_target", "end_learning_rate"}
    options = {name: float(own) if name in rates else own for name, own in options.items()}
    if "values" in options:
        options["values"] = [float(rate) for rate in options["values"]]
    return SCHEDULES[value["name"]](**options)


def optimizer_of(use):
    # Keras takes no whole number for a momentum, and no other for a count.
    counts = {"ema_overwrite_frequency", "gradient_accumulation_steps", "warmup_steps", "ns_steps"}
    options = {name: float(own) if type(own) is int and name not in counts else own for name, own in given(use["options"]).items()}
    options["learning_rate"] = scheduled(options["learning_rate"])
    first, steps = options.pop("loss_scale", None), options.pop("dynamic_growth_steps")
    optimizer = OPTIMIZERS[use["name"].replace("_", "")](**options)
    if first is None:
        return optimizer
    scale = 2.0**15 if first == "dynamic" else first
    return keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=scale, dynamic_growth_steps=int(steps))


def ending(model):
    """The name of the function that a model ends with."""
    last = next(node for node in model["nodes"] if node["id"] == model["output"])
    if last["kind"] != "call":
        return ""
    own = last["options"].get("activation")
    return own["name"] if isinstance(own, dict) else last["op"].lower()


def without_logits(prediction, name, options, end):
    """Keras takes the logits of any activation for those that a cross-entropy wants; nnc those of its own alone.

    With `ignore_class` Keras loses them, and cuts the probabilities.
    """
    own = "sigmoid" if name.startswith("binary_") else "softmax"
    kept = end == own and name.endswith("crossentropy") and "ignore_class" not in options
    return prediction if kept else tf.identity(prediction)


def may_clip(name, options):
    return not options.get("from_logits") and name.endswith(("crossentropy", "divergence"))


def is_clipped(prediction):
    """Whether probabilities are so near 0 or 1 that a loss cuts them: 1 - 1e-7 is another number in f32."""
    return bool(ops.any(ops.logical_or(prediction < 1e-6, prediction > 1 - 1e-6)))


def target_for(name, field, truth, prediction):
    """The target in the form that a loss or metric of Keras wants."""
    if name in ("hinge", "squared_hinge"):
        zero, binary = ops.equal(truth, 0), ops.all(ops.logical_or(ops.equal(truth, 0), ops.equal(truth, 1)))
        if bool(ops.any(zero)) and not bool(binary):
            raise Skipped("a departure: a hinge of targets that are neither 0 and 1 nor -1 and 1")
    if field["isClass"]:
        index = ops.cast(truth, "int32")
        if name.startswith("sparse_"):
            return index
        if name.startswith("categorical_"):
            return ops.one_hot(index, prediction.shape[-1], dtype="float64")
        return ops.reshape(ops.cast(truth, "float64"), prediction.shape)
    return truth


def metrics_of(program, field, prediction):
    """Names with metrics; without one where Keras has none."""
    made = []
    for use in program["metrics"]:
        name, options = use["name"], given(use["options"])
        # nnc's `accuracy` goes by the last activation, Keras's by shapes: they agree on rows of classes.
        if name == "accuracy" and field["isClass"] and prediction.shape[-1] > 1:
            name = "sparse_categorical_accuracy"
        metric = METRICS.get(name) if name != "accuracy" else None
        made.append([name, metric(**options) if metric else None, may_clip(name, options)])
    return made


def update_metrics(metrics, field, truth, prediction):
    clipped = None
    for own in metrics:
        name, metric, cuts = own
        if metric is not None and cuts:
            clipped = is_clipped(prediction) if clipped is None else clipped
            # From here on it says nothing.
            own[1] = metric = None if clipped else metric
        if metric is not None and name in ("mean", "sum"):
            # Their second argument would be weights.
            metric.update_state(prediction)
        elif metric is not None:
            metric.update_state(target_for(name, field, truth, prediction), prediction)


def metric_names(program):
    names, seen = [], set()
    for use in program["metrics"]:
        name, i = use["name"], 1
        while name in seen:
            name, i = f"{use['name']}_{i}", i + 1
        seen.add(name)
        names.append(name)
    return names


def answer(program):
    target = next(field for field in program["fields"] if field["role"] == "target")
    net = Net(program["model"])
    batches = fields_of(program)
    net_inputs = [{name: fields.get(name) for name in net.names} for _, fields in batches]
    first = net(net_inputs[0], training=False)
    start = {path: np.asarray(values) for path, values in program["start"].items()}
    for path, values in start.items():
        variable = net.variable(path)
        variable.assign(values.reshape(variable.shape))
    for weight in program["model"]["weights"]:
        for kind in RULES:
            if weight[kind] is not None:
                setattr(net.variable(weight["path"]), kind, rule_of(kind, weight[kind]))
    loss_name = program["loss"]["name"]
    options = given(program["loss"]["options"])
    loss = LOSSES[loss_name](**options)
    optimizer = optimizer_of(program["optimizer"])
    end = ending(program["model"])
    arrays = {}
    step = 0
    trainable = net.trainable_variables

    def evaluate(i, training):
        samples, fields = batches[i]
        net._clear_losses()
        prediction = net(net_inputs[i], training=training)
        penalty = sum(net.losses)
        truth = fields[target["name"]]
        if len(prediction.shape) == 1:
            # Keras would take the samples for the last axis.
            prediction, truth = ops.expand_dims(prediction, -1), ops.expand_dims(truth, -1)
        scored = without_logits(prediction, loss_name, options, end)
        if scored is not prediction and may_clip(loss_name, options) and is_clipped(prediction):
            raise Skipped("probabilities of 0 or 1")
        return samples, truth, tf.identity(prediction), penalty + loss(target_for(loss_name, target, truth, prediction), scored)

    def collect(what, total, count, metrics):
        arrays[f"{what} loss"] = [float(total / count)]
        for own, (_, metric, _) in zip(metric_names(program), metrics):
            if metric is not None:
                arrays[f"{what} {own}"] = [float(metric.result())]

    for epoch in range(1, program["epochs"] + 1):
        metrics = metrics_of(program, target, first)
        total = count = 0.0
        for i in range(len(batches)):
            with tf.GradientTape() as tape:
                samples, truth, prediction, value = evaluate(i, True)
                scaled = optimizer.scale_loss(value)
            if trainable:
                gradients = tape.gradient(scaled, [v.value for v in trainable])
                gradients = [tf.zeros_like(v.value) if g is None else g for g, v in zip(gradients, trainable)]
                optimizer.apply(gradients, trainable)
            step += 1
            arrays[f"loss of step {step}"] = [float(value)]
            total, count = total + float(value) * samples, count + samples
            update_metrics(metrics, target, truth, prediction)
        collect(f"epoch {epoch}", total, count, metrics)
    metrics = metrics_of(program, target, first)
    total = count = 0.0
    for i in range(len(batches)):
        samples, truth, prediction, value = evaluate(i, False)
        total, count = total + float(value) * samples, count + samples
        update_metrics(metrics, target, truth, prediction)
    collect("evaluation", total, count, metrics)
    samples = program["predicted"]["samples"]
    shapes = {node["name"]: node["shape"] for node in net.nodes if node["kind"] == "input"}
    given_inputs = program["predicted"]["inputs"]
    inputs = {name: tensor_of(values, shapes[name], samples) for name, values in given_inputs.items()}
    arrays["predictions"] = np.asarray(net(inputs, training=False)).ravel().tolist()
    for path in start:
        arrays[f"weight {path}"] = np.asarray(net.variable(path).value).ravel().tolist()
    return arrays


# Programs between two collections of all garbage, which takes as long as a program.
COLLECTED = 50


def main():
    # What has been imported is never garbage: without it a collection is quick.
    gc.collect()
    gc.freeze()
    for count, line in enumerate(sys.stdin, 1):
        try:
            reply = {"arrays": answer(json.loads(line))}
        except Skipped as reason:
            reply = {"skipped": str(reason)}
        except Exception as error:  # Keras refuses what it does not take; which is counted by its words.
            words = " ".join(line for line in str(error).splitlines() if line.strip())
            reply = {"skipped": f"{type(error).__name__}: {words[:300]}"}
        # JSON has no word for what is no finite number.
        print(re.sub(r"\b(NaN|-?Infinity)\b", "null", json.dumps(reply)), flush=True)
        keras.utils.clear_session(free_memory=count % COLLECTED == 0)


main()

"""Keras as the oracle of random programs: reads one program a line as JSON, answers one line of arrays. scripts/oracle.mjs starts it.

Everything is computed in f64, eagerly, by Keras's own layers, losses, optimizers and metrics. What Keras has no form for is
answered with a reason.
"""

import gc
import json
import re
import sys

from base import DTYPES, RULES, keras, np, ops, rule_of, tf
from net import Net, run_nodes, tensor_of
from optimizers import optimizer_of
from scores import Scores, bare, loss_value


def fields_of(program):
    """The fields of each batch. A transform is about one sample, so that it runs once for all batches."""
    batches = program["batches"]
    counts = [batch["samples"] for batch in batches]
    made = [(samples, {}) for samples in counts]
    for field in program["fields"]:
        columns = [batch["columns"].get(field["column"]) for batch in batches]
        if None in columns:
            continue
        first = field["nodes"][0]
        numbers = [number for column in columns for number in column]
        value = tensor_of(numbers, first["shape"], sum(counts), DTYPES[first["dtype"]])
        value = ops.cast(run_nodes(field["nodes"], {first["name"]: value})[field["value"]], DTYPES[field["dtype"]])
        for (_, fields), part in zip(made, tf.split(value, counts)):
            fields[field["name"]] = part
    return made


def ending(model, name):
    """The name of the function that an output ends with."""
    value = next(output["value"] for output in model["outputs"] if output["name"] == name)
    last = next(node for node in model["nodes"] if node["id"] == value)
    if last["kind"] != "call":
        return ""
    own = last["options"].get("activation")
    return own["name"] if isinstance(own, dict) else last["op"].lower()


def dense(gradient, value):
    """The whole gradient. That of an embedding names a row once for each use, and TensorFlow would square each part of it alone."""
    return tf.zeros_like(value) if gradient is None else tf.convert_to_tensor(gradient)


class Training:
    def __init__(self, program):
        self.program = program
        self.net = net = Net(program["model"])
        self.batches = fields_of(program)
        self.classes = {field["name"] for field in program["fields"] if field["isClass"]}
        self.ends = {output["name"]: ending(program["model"], output["name"]) for output in program["model"]["outputs"]}
        net.variables_of.known = net.free
        self.forward(0, False)
        self.known = net.variables_of.known = net.variables_by_path()
        for path, values in program["start"].items():
            variable = self.known[path]
            variable.assign(np.asarray(values).reshape(variable.shape))
        for weight in program["model"]["weights"]:
            for kind in RULES:
                if weight[kind] is not None:
                    setattr(self.known[weight["path"]], kind, rule_of(kind, weight[kind]))
        self.steps = [(step, [self.group(own) for own in step["groups"]]) for step in program["steps"]]

    def group(self, own):
        variables = {path: self.known[path] for path in own["weights"]}
        return list(variables.values()), optimizer_of(own["optimizer"], variables, self.program["total"])

    def forward(self, i, training, names=None):
        self.net._clear_losses()
        outputs = self.net({name: self.batches[i][1].get(name) for name in self.net.names}, training=training, names=names)
        return outputs, sum(own for layer in self.net._flatten_layers() for own in layer._get_own_losses())

    def weight_of(self, i, output):
        """How much the samples of a batch count for an output."""
        way = self.program["weighting"]
        if way is None or way.get("output", output) != output:
            return None
        fields = self.batches[i][1]
        if way["kind"] == "field":
            return fields[way["field"]]
        return ops.take(ops.convert_to_tensor(way["weights"], "float64"), ops.cast(fields[way["target"]], "int32"), axis=0)

    def term(self, term, i, outputs):
        def loss(node, target, prediction):
            judged = prediction[0]["name"] if prediction[0]["kind"] == "output" else None
            whole = node["id"] == term["value"]
            weight = self.weight_of(i, judged) if whole and judged is not None else None
            is_class = target[0].get("name") in self.classes
            value = prediction[1] if judged is not None else bare(prediction[1])
            return loss_value(node, is_class, target[1], value, self.ends.get(judged, ""), weight, whole)

        values = run_nodes(term["nodes"], self.batches[i][1], outputs=outputs, loss=loss)
        return ops.mean(values[term["value"]]) * term["weight"]

    def objective(self, step, groups, i, outputs, penalty):
        total = penalty + sum(self.term(term, i, outputs) for term in step["terms"])
        rules = [variable for variables, _ in groups for variable in variables if variable.regularizer is not None]
        return total + sum(variable.regularizer(variable) for variable in rules)

    def names_for(self, step):
        """The outputs that a step reads. Metrics see the predictions before any update."""
        if len(self.steps) == 1:
            return None
        read = [node["name"] for term in step["terms"] for node in term["nodes"] if node["kind"] == "output"]
        return read + [use["output"] for use in self.program["metrics"]] if step is self.steps[0][0] else read

    def train(self, i):
        """The loss of one batch, and its predictions."""
        total, first = 0.0, None
        for step, groups in self.steps:
            with tf.GradientTape(persistent=True) as tape:
                outputs, penalty = self.forward(i, True, self.names_for(step))
                value = self.objective(step, groups, i, outputs, penalty)
                scaled = [optimizer.scale_loss(value) for _, optimizer in groups]
            first = first or outputs
            total += float(value)
            gradients = [tape.gradient(own, [v.value for v in variables]) for own, (variables, _) in zip(scaled, groups)]
            for own, (variables, optimizer) in zip(gradients, groups):
                if variables:
                    optimizer.apply([dense(g, v.value) for g, v in zip(own, variables)], variables)
        return total, first

    def evaluate(self, i):
        outputs, penalty = self.forward(i, False)
        return sum(float(self.objective(step, groups, i, outputs, penalty)) for step, groups in self.steps), outputs

    def epoch(self, what, run, arrays, first=None):
        """Runs over all batches; `first` is the number of the steps before, where steps have numbers."""
        scores = Scores(self.program["metrics"], self.classes)
        total = count = 0.0
        for i, (samples, fields) in enumerate(self.batches):
            value, outputs = run(i)
            if first is not None:
                arrays[f"loss of step {first + i + 1}"] = [value]
            total, count = total + value * samples, count + samples
            scores.update(outputs, fields, self.classes, lambda output: self.weight_of(i, output))
        arrays[f"{what} loss"] = [total / count]
        for name, values in scores.results().items():
            arrays[f"{what} {name}"] = values

    def predict(self, arrays):
        samples, values = self.program["predicted"]["samples"], self.program["predicted"]["inputs"]
        nodes = {node["name"]: node for node in self.net.nodes if node["kind"] == "input"}
        inputs = {
            name: tensor_of(own, nodes[name]["shape"], samples, DTYPES[nodes[name]["dtype"]]) for name, own in values.items()
        }
        for name, value in self.net(inputs, training=False).items():
            arrays[f"predictions {name}"] = np.asarray(value, dtype="float64").ravel().tolist()


def answer(program):
    training, arrays = Training(program), {}
    for epoch in range(1, program["epochs"] + 1):
        training.epoch(f"epoch {epoch}", training.train, arrays, (epoch - 1) * len(program["batches"]))
    training.epoch("evaluation", training.evaluate, arrays)
    training.predict(arrays)
    for path in program["start"]:
        arrays[f"weight {path}"] = np.asarray(training.known[path].value).ravel().tolist()
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
        except Exception as error:  # Keras refuses what it does not take; which is counted by its words.
            words = " ".join(line.strip() for line in str(error).splitlines() if line.strip())
            words = re.sub(r"\\n", " ", words)
            words = re.sub(r"Exception encountered when calling \S+\s*|\x1b\[\d+m|Arguments received by .*", "", words)
            kind = "" if type(error).__name__ == "Skipped" else f"{type(error).__name__}: "
            reply = {"skipped": f"{kind}{words[:300]}"}
        # JSON has no word for what is no finite number.
        print(re.sub(r"\b(NaN|-?Infinity)\b", "null", json.dumps(reply)), flush=True)
        keras.utils.clear_session(free_memory=count % COLLECTED == 0)


main()

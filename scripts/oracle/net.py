"""A model of nnc as one of Keras: its nodes are run one after another."""

from base import Skipped, backend, is_batched, keras, np, ops, tf
from functions import call_function
from layers import call_layer, layer_of


def is_layer(node):
    return node["kind"] == "call" and node["op"][0].isupper()


def is_mask(node):
    return node["kind"] == "call" and node["mask"] is not None


class Variables:
    """Variables by nnc's paths, out of sight of Keras, which tracks what models have."""

    known = {}


class Net(keras.Model):
    def __init__(self, model):
        super().__init__()
        self.nodes = model["nodes"]
        self.outputs_by_name = {output["name"]: output for output in model["outputs"]}
        self.names = [i["name"] for i in model["inputs"]]
        self.by_path = {}
        self.paths = {}
        self.free = {}
        self.variables_of = Variables()
        for node in self.nodes:
            if not is_layer(node) or is_mask(node):
                continue
            self.paths.setdefault(node["path"], node["weights"])
            if node["path"] not in self.by_path:
                own = layer_of(node, len(node["shape"]))
                self.by_path[node["path"]] = own
                setattr(self, f"layer_{len(self.by_path)}", own[0])
        used = {path for paths in self.paths.values() for path in paths}
        for weight in model["weights"]:
            if weight["path"] not in used:
                self.free[weight["path"]] = self.add_weight(
                    shape=weight["shape"], trainable=weight["trainable"], name=f"free_{len(self.free)}"
                )

    def variables_by_path(self):
        """Keras has the weights of a layer in the same order."""
        found = dict(self.free)
        for path, names in self.paths.items():
            weights = self.by_path[path][0].weights
            if len(weights) != len(names):
                raise Skipped(f"{type(self.by_path[path][0]).__name__} has other weights in Keras")
            for name, variable in zip(names, weights):
                found.setdefault(name, variable)
        return found

    def variable(self, path):
        """A variable that a node reads: of a layer, after its first use."""
        known = self.variables_of.known
        if path in known:
            return known[path]
        layer, names = next((layer, names) for layer, names in self.paths.items() if path in names)
        return self.by_path[layer][0].weights[names.index(path)]

    def needed(self, names):
        """The nodes that some outputs need."""
        wanted = {self.outputs_by_name[name][key] for name in names for key in ("value", "mask")}
        for node in reversed(self.nodes):
            if node["id"] in wanted:
                wanted.update([node["of"]] if node["kind"] == "part" else node.get("args", []))
        return [node for node in self.nodes if node["id"] in wanted]

    def call(self, inputs, training=False, names=None):
        nodes = self.nodes if names is None else self.needed(names)
        values = run_nodes(nodes, inputs, self, training)
        return {
            name: values[output["value"]]
            for name, output in self.outputs_by_name.items()
            if output["value"] in values
        }


def with_mask(value, mask):
    if mask is not None:
        backend.set_keras_mask(value, mask)
    return value


def masked(node, calls, values):
    """The mask of the call before it with the same path, which Keras has hung on its result."""
    result = calls.get(node["path"])
    if result is None:
        raise Skipped("a mask without its call")
    if is_layer(node):
        return backend.get_keras_mask(result)
    # A function of single elements hands masks on as an activation does; several join.
    masks = [mask for mask in values[-len(node["mask"]) :] if mask is not None]
    if not masks:
        return None
    mask = masks[0]
    for more in masks[1:]:
        mask = ops.logical_or(mask, more)
    with_mask(result, mask)
    return mask


def check(node, value):
    shape = list(value.shape)
    if len(shape) != len(node["shape"]) or any(b not in (-1, a) for a, b in zip(shape, node["shape"])):
        raise Skipped(f"{node['op']} makes another shape in Keras")


def run_nodes(nodes, inputs, net=None, training=False, outputs=None, loss=None):
    """Values by id. `outputs` and `loss` are for the nodes that objectives alone have."""
    values, more, calls, by_id = {}, {}, {}, {node["id"]: node for node in nodes}
    for node in nodes:
        kind, own = node["kind"], node["id"]
        if kind == "input":
            values[own] = inputs[node["name"]]
        elif kind == "number":
            dtype = {"f32": "float64", "i32": "int32", "bool": "bool"}[node["dtype"]]
            values[own] = ops.cast(ops.convert_to_tensor(node["value"]), dtype)
        elif kind == "weight":
            values[own] = ops.convert_to_tensor(net.variable(node["path"]))
        elif kind == "part":
            values[own] = more[node["of"]][node["index"] - 1]
        elif kind == "output":
            values[own] = outputs[node["name"]]
        elif kind == "loss":
            values[own] = loss(node, *[(by_id[i], values[i]) for i in node["args"]])
        else:
            args, arg_nodes = [values[i] for i in node["args"]], [by_id[i] for i in node["args"]]
            if is_mask(node):
                values[own] = masked(node, calls, args)
                continue
            if is_layer(node):
                layer, called = net.by_path[node["path"]] if net is not None else layer_of(node, len(node["shape"]))
                carried = [is_mask(arg) for arg in arg_nodes]
                results = call_layer(layer, called, node, args, arg_nodes, carried, training)
            else:
                results = call_function(node, args, arg_nodes)
                if node["pointwise"] and len(args) == 1:
                    # nnc's functions of single elements hand masks on, as Keras's Activation does.
                    with_mask(results[0], backend.get_keras_mask(args[0]))
            check(node, results[0])
            values[own], more[own] = results[0], results[1:]
            calls[node["path"]] = results[0]
    return values


def tensor_of(values, shape, samples, dtype="float64"):
    return tf.constant(np.asarray(values).astype(dtype).reshape([samples if size == -1 else size for size in shape]))


__all__ = ["Net", "is_batched", "run_nodes", "tensor_of"]

"""Losses and metrics, and the form of the target that each wants of Keras."""

from base import Skipped, backend, classes_of, keras, key_of, made, np, ops, tf

LOSSES = classes_of(keras.losses, keras.losses.Loss)
METRICS = classes_of(keras.metrics, keras.metrics.Metric)
# What counts in nnc as another metric does in Keras.
METRIC_NAMES = {"equal_accuracy": "Accuracy", "log_cosh": "LogCoshError"}


def may_clip(name, options):
    return not options.get("from_logits") and name.endswith(("crossentropy", "divergence"))


def is_clipped(prediction):
    """Whether probabilities are so near 0 or 1 that a loss cuts them: 1 - 1e-7 is another number in f32."""
    return bool(ops.any(ops.logical_or(prediction < 1e-6, prediction > 1 - 1e-6)))


def without_logits(prediction, name, options, end):
    """Keras takes the logits of any activation for those that a cross-entropy wants; nnc those of its own alone.

    With `ignore_class` Keras loses them, and cuts the probabilities.
    """
    own = "sigmoid" if name.startswith("binary_") else "softmax"
    kept = end == own and name.endswith("crossentropy") and options.get("ignore_class") is None
    return prediction if kept else bare(prediction, masked=True)


def bare(value, masked=False):
    """The value without what Keras hangs on it, perhaps but for its mask."""
    made = tf.identity(value)
    mask = backend.get_keras_mask(value)
    if masked and mask is not None:
        backend.set_keras_mask(made, mask)
    return made


# Of classes in rows these want their indices, and those rows of 0 and 1.
INDICES = {"ctc", "circle", "categorical_generalized_cross_entropy", "perplexity", "mean_iou", "iou"}
ROWS = {"top_k_categorical_accuracy", "f1_score", "fbeta_score"}


def target_for(name, is_class, truth, prediction, options):
    """The target in the form that a loss or metric of Keras wants."""
    if name in ("hinge", "squared_hinge") and not is_class:
        zero, binary = ops.equal(truth, 0), ops.all(ops.logical_or(ops.equal(truth, 0), ops.equal(truth, 1)))
        if bool(ops.any(zero)) and not bool(binary):
            raise Skipped("a departure: a hinge of targets that are neither 0 and 1 nor -1 and 1")
    if not is_class and name == "categorical_generalized_cross_entropy":
        raise Skipped("a departure: rows for categorical_generalized_cross_entropy, which wants indices in Keras")
    if not is_class:
        return truth
    index = ops.cast(truth, "int32")
    if name.startswith("sparse_") or name in INDICES:
        if name == "ctc" and len(index.shape) == 1:
            return ops.expand_dims(index, -1)
        return index
    if name.startswith("one_hot_"):
        return ops.one_hot(index, options["num_classes"], dtype="float64")
    if name.startswith("categorical_") or (name in ROWS and prediction.shape[-1] > 1):
        return ops.one_hot(index, prediction.shape[-1], dtype="float64")
    if tuple(index.shape) == tuple(prediction.shape[:-1]) and prediction.shape[-1] > 1:
        raise Skipped(f"classes for {name}, which wants numbers in Keras")
    return ops.reshape(ops.cast(truth, "float64"), prediction.shape)


def as_rows(value, truth):
    """Keras would take the samples for the last axis of single numbers."""
    if len(value.shape) != 1:
        return value, truth
    wide = ops.expand_dims(value, -1)
    if backend.get_keras_mask(value) is not None:
        raise Skipped("a mask of single numbers")
    return wide, ops.expand_dims(truth, -1) if len(truth.shape) == 1 else truth


def spread(weight, prediction):
    """The weights of samples with an axis for each of the values of a loss."""
    if weight is None:
        return None
    return ops.reshape(weight, [weight.shape[0]] + [1] * max(0, len(prediction.shape) - 2))


def loss_value(use, is_class, truth, prediction, end, weight, whole):
    name, options = use["name"], dict(use["options"])
    kept = prediction
    prediction, truth = as_rows(prediction, truth)
    scored = without_logits(prediction, name, options, end) if prediction is kept else prediction
    if scored is not prediction and may_clip(name, options) and is_clipped(prediction):
        raise Skipped("probabilities of 0 or 1")
    loss = made(LOSSES, {**use, "options": options}, "loss")
    if not whole:
        loss.reduction = None
    return loss(target_for(name, is_class, truth, prediction, options), scored, sample_weight=spread(weight, prediction))


class Scores:
    """The metrics of one pass over the data; a metric that Keras lacks says nothing."""

    def __init__(self, uses, classes):
        self.all = []
        for use in uses:
            name = use["name"]
            # nnc's `accuracy` goes by the last activation, Keras's by shapes: they agree on rows of classes.
            if name == "accuracy" and use["target"] in classes and use["rows"]:
                name = "sparse_categorical_accuracy"
            metric = None
            if name != "accuracy" and key_of(METRIC_NAMES.get(name, name)) in METRICS:
                metric = made(METRICS, {**use, "name": METRIC_NAMES.get(name, name)}, "metric")
            self.all.append([name, use, metric])

    def update(self, outputs, fields, classes, weight_of):
        for own in self.all:
            name, use, metric = own
            if metric is None:
                continue
            kept, truth = outputs[use["output"]], fields[use["target"]]
            prediction, truth = as_rows(bare(kept, masked=True), truth)
            # A departure: Keras's root of the mean square counts what the mask leaves out, though its mean square does not.
            uncounted = name == "root_mean_squared_error" and backend.get_keras_mask(prediction) is not None
            # The row of a class that the metric does not have is all 0, whose largest is class 0.
            rows = name.startswith("one_hot_") or use["options"].get("sparse_y_true") is False
            beyond = rows and use["target"] in classes and ops.max(truth) >= use["options"]["num_classes"]
            if uncounted or bool(beyond) or (may_clip(name, use["options"]) and is_clipped(prediction)):
                # From here on it says nothing.
                own[2] = None
                continue
            if "top_k" in name:
                # TensorFlow ranks f32 alone.
                prediction = ops.cast(prediction, "float32")
            weight = spread(weight_of(use["output"]), prediction) if use["weighted"] else None
            if name in ("mean", "sum"):
                # Their second argument would be weights.
                metric.update_state(prediction, sample_weight=weight)
                continue
            target = target_for(name, use["target"] in classes, truth, prediction, use["options"])
            metric.update_state(target, prediction, sample_weight=weight)

    def results(self):
        """Numbers that do not vary correlate with nothing: 0 in nnc, where Keras has no number."""
        found = {
            use["shown"]: np.asarray(metric.result(), dtype="float64").ravel()
            for _, use, metric in self.all
            if metric is not None
        }
        kinds = {use["shown"]: name for name, use, _ in self.all}
        return {
            shown: values.tolist()
            for shown, values in found.items()
            if kinds[shown] != "pearson_correlation" or np.isfinite(values).all()
        }

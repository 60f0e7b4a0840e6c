# Losses and metrics at random. Predictions and targets are drawn in the form that each of them takes.

from base import Draw, array, keras, np, numpy, tf

# Forms of (target, prediction).


def shape_of(d, low=1, high=3):
    return [d.int(1, 6)] + [d.int(1, 4) for _ in range(d.int(low, high) - 1)] + [d.int(2, 5)]


def numbers(d, shape=None):
    shape = shape or shape_of(d)
    return d.normal(*shape), d.normal(*shape)


def positive(d, shape=None):
    shape = shape or shape_of(d)
    return d.uniform(*shape, low=0.1, high=3), d.uniform(*shape, low=0.1, high=3)


def binary(d, shape=None, logits=False):
    shape = shape or shape_of(d)
    target = d.ints(2, *shape).astype(np.float64)
    return target, d.normal(*shape) if logits else d.uniform(*shape, low=0.02, high=0.98)


def rows(values):
    return np.asarray(values / values.sum(-1, keepdims=True), np.float32).astype(np.float64)


def shares(d, shape=None, logits=False, soft=False):
    shape = shape or shape_of(d)
    target = rows(d.uniform(*shape, low=0.05)) if soft else np.eye(shape[-1])[d.ints(shape[-1], *shape[:-1])]
    return target, d.normal(*shape) if logits else rows(d.uniform(*shape, low=0.05))


def classes(d, shape=None, logits=False):
    shape = shape or shape_of(d)
    return d.ints(shape[-1], *shape[:-1]), d.normal(*shape) if logits else rows(d.uniform(*shape, low=0.05))


def with_logits(form, make=lambda d: {}):
    def drawn(d):
        logits = d.chance(0.4)
        return {**make(d), **({"from_logits": True} if logits else {})}, form(d, logits=logits)

    return drawn


def of(form, make=lambda d: {}):
    return lambda d: (make(d), form(d))


smoothing = lambda d: d.some(label_smoothing=0.1)


def focal(d):
    return {**smoothing(d), **d.some(gamma=1.5), **d.some(alpha=0.4)}


def binary_focal(d):
    return {**focal(d), **d.some(apply_class_balancing=True)}


def inner_axis(d, shape):
    """An axis that is not the batch's, from either end."""
    axis = d.int(1, len(shape) - 1)
    return d.of(axis, axis - len(shape))


def along(form, make=lambda d: {}, logits=False):
    """A loss with an axis, over two axes or three."""

    def drawn(d):
        shape = [d.int(1, 6)] + [d.int(2, 4) for _ in range(d.int(1, 2))]
        config = {**make(d), **d.some(axis=inner_axis(d, shape))}
        given = {"logits": True} if logits and d.chance(0.4) else {}
        return {**config, **({"from_logits": True} if given else {})}, form(d, shape, **given)

    return drawn


def categorical(make):
    """Classes along any axis, with one weight for all or a weight for each."""

    def drawn(d):
        shape = [d.int(1, 6)] + [d.int(2, 4) for _ in range(d.int(1, 2))]
        axis = inner_axis(d, shape)
        logits = d.chance(0.4)
        target, prediction = shares(d, shape, logits)
        config = make(d)
        if axis not in (-1, len(shape) - 1):
            # Keras smooths by the size of the last axis.
            config.pop("label_smoothing", None)
            last = [i for i in range(len(shape)) if i != axis % len(shape)]
            order = np.argsort(last + [axis % len(shape)])
            target, prediction = target.transpose(order), prediction.transpose(order)
            config["axis"] = axis
        return {**config, **({"from_logits": True} if logits else {})}, (target, prediction)

    return drawn


def overlap(make=lambda d: {}):
    def drawn(d):
        shape = shape_of(d, 1, 3)
        axes = sorted({d.int(1, len(shape) - 1) for _ in range(d.int(1, 2))})
        return {**make(d), **({"axis": axes} if d.chance(0.5) else {})}, binary(d, shape)

    return drawn


def ctc(d):
    batch, time, symbols = d.int(1, 3), d.int(4, 8), d.int(2, 5)
    length = d.int(1, time // 2)
    # 0 is the blank: targets have it at their end only.
    labels = 1 + d.ints(symbols - 1, batch, length)
    for row in labels:
        row[d.int(0, length) :] = 0
    return {}, (labels, d.normal(batch, time, symbols))


def circle(d):
    count = d.int(3, 6)
    target = np.concatenate([[0, 0], d.ints(3, count - 2)]).astype(np.int32)
    prediction = d.normal(count, d.int(2, 5))
    prediction /= np.linalg.norm(prediction, axis=-1, keepdims=True)
    return {**d.some(gamma=8.0), **d.some(margin=0.25), **d.some(remove_diagonal=False)}, (
        target,
        np.asarray(prediction, np.float32).astype(np.float64),
    )


def sparse(d):
    # The loss counts from the end, the batch apart.
    shape = shape_of(d)
    config, pair = with_logits(lambda d, logits: classes(d, shape, logits))(d)
    return {**config, **d.some(ignore_class=d.int(0, shape[-1] - 1))}, pair


LOSSES = {
    "BinaryCrossentropy": along(binary, smoothing, logits=True),
    "BinaryFocalCrossentropy": along(binary, binary_focal, logits=True),
    "CTC": ctc,
    "CategoricalCrossentropy": categorical(smoothing),
    "CategoricalFocalCrossentropy": categorical(focal),
    "CategoricalGeneralizedCrossEntropy": of(lambda d: classes(d, shape_of(d, 2, 2)), lambda d: d.some(q=0.8)),
    "CategoricalHinge": of(shares),
    "Circle": circle,
    "CosineSimilarity": along(numbers),
    "Dice": overlap(),
    "Hinge": of(binary),
    "Huber": of(numbers, lambda d: d.some(delta=0.4)),
    "KLDivergence": of(lambda d: shares(d, soft=True)),
    "LogCosh": of(numbers),
    "MeanAbsoluteError": of(numbers),
    "MeanAbsolutePercentageError": of(positive),
    "MeanSquaredError": of(numbers),
    "MeanSquaredLogarithmicError": of(positive),
    "Poisson": of(positive),
    "SparseCategoricalCrossentropy": sparse,
    "SquaredHinge": of(binary),
    "Tversky": overlap(lambda d: {**d.some(alpha=0.3), **d.some(beta=0.8)}),
}
REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none")


def weights_of(d, name, prediction):
    """One for each value of the loss. Keras spreads fewer over the last axes, which is not what it documents."""
    shape = prediction.shape[:1] if name == "CTC" else prediction.shape[:-1]
    return d.uniform(*shape, low=0.2, high=2)


def loss_case(name, d: Draw):
    config, (target, prediction) = LOSSES[name](d)
    if d.chance(0.4):
        config["reduction"] = d.of(*REDUCTIONS)
    weight = weights_of(d, name, prediction) if d.chance(0.3) and name not in ("Dice", "Tversky") else None
    loss = getattr(keras.losses, name)(**config)
    value = tf.constant(prediction)
    with tf.GradientTape() as tape:
        tape.watch(value)
        result = loss(tf.constant(target), value, sample_weight=weight)
        upstream = d.normal(*result.shape) if result.shape.rank else np.float64(1)
        scalar = tf.reduce_sum(result * upstream)
    gradient = tape.gradient(scalar, value, unconnected_gradients="zero")
    made = {
        "kind": "loss",
        "loss": name,
        "config": config,
        "y_true": array(target),
        "y_pred": array(prediction),
        "grad_output": array(upstream),
        "value": array(numpy(result)),
        "grad_y_pred": array(numpy(gradient)),
    }
    if weight is not None:
        made["sample_weight"] = array(weight)
    return made


# A metric draws its options once and then data for each update, from the same shape.


def fixed(form, low=1, high=3, **given):
    def drawn(d):
        shape = shape_of(d, low, high)
        return lambda: form(d, shape, **given)

    return drawn


def metric(form, make=lambda d: {}, low=1, high=2, logits=False):
    def drawn(d):
        config = make(d)
        given = {}
        if logits and d.chance(0.4):
            config["from_logits"] = True
            given["logits"] = True
        return config, fixed(form, low, high, **given)(d)

    return drawn


def thresholds(d):
    return d.some(thresholds=d.of(0.3, [0.2, 0.5, 0.8], [0.0, 0.5, 1.0], [0.0, 0.25, 0.5, 0.75, 1.0], [0.9, 0.1]))


def found(d):
    """Options of Precision and Recall, with data that fits."""
    if d.chance(0.5):
        return thresholds(d), fixed(binary, 1, 2)(d)
    shape = [d.int(2, 6), d.int(3, 5)]
    config = {**d.some(top_k=2), **d.some(class_id=d.int(0, shape[-1] - 1))}
    return config, lambda: shares(d, shape)


def auc(d):
    config = d.of(d.some(num_thresholds=d.int(3, 30)), {"thresholds": d.of([0.5, 0.2], [0.25, 0.5, 0.75], [0.1])})
    config.update(d.some(curve=d.of("PR", "PRGAIN")))
    config.update(d.some(summation_method=d.of("minoring", "majoring")))
    shape = [d.int(2, 6)]
    if d.chance(0.3):
        shape.append(d.int(2, 3))
        config.update(multi_label=True, num_labels=shape[-1])
    if len(shape) > 1 and d.chance(0.5):
        config["label_weights"] = [1.0, 0.5, 2.0][: shape[-1]]
    logits = d.chance(0.3)
    if logits:
        config["from_logits"] = True
    return config, lambda: binary(d, shape, logits)


def at(name):
    def drawn(d):
        shape = [d.int(3, 8)]
        if d.chance(0.3):
            shape.append(d.int(2, 4))
            own = {"class_id": d.int(0, shape[-1] - 1)}
        else:
            own = {}
        return {name: d.of(0.3, 0.5, 0.8), **own, **d.some(num_thresholds=d.int(3, 30))}, lambda: binary(d, shape)

    return drawn


def f_score(*more):
    def drawn(d):
        config = {**d.some(average=d.of("micro", "macro", "weighted")), **(d.some(beta=0.5) if more else {})}
        shape = [d.int(2, 6), d.int(2, 4)]
        if d.chance(0.4):
            config["threshold"] = 0.4
            return config, lambda: binary(d, shape)
        return config, lambda: shares(d, shape)

    return drawn


def whole_classes(d, count, shape):
    return d.ints(count, *shape), d.ints(count, *shape)


def iou(mean):
    def drawn(d):
        count, shape = d.int(2, 5), [d.int(2, 6)] + [d.int(1, 3)] * d.int(0, 1)
        config = {"num_classes": count, **d.some(ignore_class=d.int(0, count - 1))}
        if not mean:
            config["target_class_ids"] = sorted({d.int(0, count - 1), d.int(0, count - 1)})
        if d.chance(0.4):
            # Rows of shares in place of indices, on either side.
            truth, answer = d.chance(0.5), d.chance(0.7)
            config.update(sparse_y_true=not truth, sparse_y_pred=not answer)

            def mixed():
                target, prediction = shares(d, [*shape, count])
                return target if truth else target.argmax(-1), prediction if answer else prediction.argmax(-1)

            return config, mixed
        return config, lambda: whole_classes(d, count, shape)

    return drawn


def one_hot_iou(mean):
    def drawn(d):
        count = d.int(2, 5)
        config = {"num_classes": count}
        if not mean:
            config["target_class_ids"] = sorted({d.int(0, count - 1), d.int(0, count - 1)})
        shape = [d.int(2, 6), count]
        return config, lambda: shares(d, shape)

    return drawn


def binary_iou(d):
    shape = [d.int(2, 6), d.int(1, 4)]
    return {**d.some(target_class_ids=d.of([0], [1])), **d.some(threshold=0.4)}, lambda: binary(d, shape)


def r2(d):
    config = d.some(class_aggregation=d.of("variance_weighted_average"))
    shape = [d.int(3, 6), d.int(2, 4)]
    return {**config, **d.some(num_regressors=1)}, lambda: numbers(d, shape)


def labels(d):
    shape = [d.int(1, 6)]
    return {}, lambda: whole_classes(d, 4, shape)


def top_k(form):
    return lambda d: (lambda shape: ({"k": d.int(1, 3)}, lambda: form(d, shape)))([d.int(2, 6), d.int(3, 5)])


METRICS = {
    "AUC": auc,
    "Accuracy": labels,
    "BinaryAccuracy": metric(binary, lambda d: d.some(threshold=0.4)),
    "BinaryCrossentropy": metric(binary, smoothing, logits=True),
    "BinaryIoU": binary_iou,
    "CategoricalAccuracy": metric(shares),
    "CategoricalCrossentropy": metric(shares, smoothing, logits=True),
    "CategoricalHinge": metric(shares),
    "ConcordanceCorrelation": lambda d: (lambda shape: ({}, lambda: numbers(d, shape)))([d.int(2, 5), d.int(3, 6)]),
    "CosineSimilarity": metric(numbers),
    "F1Score": f_score(),
    "FBetaScore": f_score("beta"),
    **{f"{truth}{sign}": metric(binary, thresholds) for truth in ("True", "False") for sign in ("Positives", "Negatives")},
    "Hinge": metric(binary),
    "IoU": iou(False),
    "KLDivergence": metric(lambda d, shape: shares(d, shape, soft=True)),
    "LogCoshError": metric(numbers),
    "Mean": metric(numbers),
    "MeanAbsoluteError": metric(numbers),
    "MeanAbsolutePercentageError": metric(positive),
    "MeanIoU": iou(True),
    "MeanSquaredError": metric(numbers),
    "MeanSquaredLogarithmicError": metric(positive),
    "OneHotIoU": one_hot_iou(False),
    "OneHotMeanIoU": one_hot_iou(True),
    "PearsonCorrelation": lambda d: (lambda shape: ({}, lambda: numbers(d, shape)))([d.int(2, 5), d.int(3, 6)]),
    "Poisson": metric(positive),
    "Precision": found,
    "PrecisionAtRecall": at("recall"),
    "R2Score": r2,
    "Recall": found,
    "RecallAtPrecision": at("precision"),
    "RootMeanSquaredError": metric(numbers),
    "SensitivityAtSpecificity": at("specificity"),
    "SparseCategoricalAccuracy": metric(classes),
    "SparseCategoricalCrossentropy": metric(classes, logits=True),
    "SparseTopKCategoricalAccuracy": top_k(classes),
    "SpecificityAtSensitivity": at("sensitivity"),
    "SquaredHinge": metric(binary),
    "Sum": metric(numbers),
    "TopKCategoricalAccuracy": top_k(shares),
}
UPDATES = 3


def metric_case(name, d: Draw):
    config, data = METRICS[name](d)
    # TensorFlow ranks f32 alone, and Keras compares f64 with a bound in f32.
    dtype = "float32" if "TopK" in name or "At" in name else "float64"
    # Their sums have the type of all, whatever their own is.
    keras.config.set_floatx(dtype)
    metric_ = getattr(keras.metrics, name)(**config, dtype=dtype)
    keras.config.set_floatx("float64")
    weighted = d.chance(0.3) and name not in ("IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU", "AUC")
    updates, results = [], []
    for _ in range(UPDATES):
        target, prediction = data()
        # Keras spreads the weights of these over the last axes.
        weighted = weighted and (prediction.ndim < 3 or name[:4] not in ("True", "Fals"))
        prediction = prediction.astype(dtype) if prediction.dtype.kind == "f" else prediction
        # Keras spreads weights over the last axes; those of more axes than these would not be what it documents.
        weight = d.uniform(len(target), low=0.2, high=2) if weighted and prediction.ndim < 3 else None
        if name in ("Mean", "Sum"):
            metric_.update_state(prediction, sample_weight=weight)
            update = {"y_pred": array(prediction)}
        else:
            metric_.update_state(target, prediction, sample_weight=weight)
            update = {"y_true": array(target), "y_pred": array(prediction)}
        updates.append(update if weight is None else {**update, "sample_weight": array(weight)})
        results.append(array(numpy(metric_.result())))
    return {"kind": "metric", "metric": name, "config": config, "updates": updates, "results": results}

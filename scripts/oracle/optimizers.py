"""Optimizers with their schedules."""

from base import Skipped, classes_of, keras, key_of, made, parameters_of

OPTIMIZERS = classes_of(keras.optimizers, keras.optimizers.Optimizer)
SCHEDULES = classes_of(keras.optimizers.schedules, keras.optimizers.schedules.LearningRateSchedule)
# Keras computes in the type of the first rate: of 1 in whole numbers.
RATES = {"initial_learning_rate", "warmup_target", "end_learning_rate"}


def scheduled(value, total):
    if not isinstance(value, dict):
        return float(value)
    options = dict(value["options"])
    if options.get("warmup_steps") and options.get("warmup_target") is None:
        raise Skipped("a departure: a warm-up to the initial rate")
    if not options.get("warmup_steps"):
        # A target without steps is where the rate starts: Keras has an argument for it in one schedule alone.
        options.pop("warmup_steps", None)
    found = SCHEDULES.get(key_of(value["name"]))
    for name in ("decay_steps", "first_decay_steps"):
        if found is not None and name in parameters_of(found.__init__) and options.get(name) is None:
            # A departure: a schedule spans what a warm-up leaves of the training.
            options[name] = max(1, total - (options.get("warmup_steps") or 0))
    options = {name: float(own) if name in RATES and own is not None else own for name, own in options.items()}
    if "values" in options:
        options["values"] = [float(rate) for rate in options["values"]]
    return made(SCHEDULES, {"name": value["name"], "options": options}, "schedule")


def optimizer_of(use, variables, total):
    """The optimizer of some variables, which are given by their paths."""
    options = dict(use["options"])
    options["learning_rate"] = scheduled(options["learning_rate"], total)
    first, steps = options.pop("loss_scale", None), options.pop("dynamic_growth_steps", None)
    excluded = options.pop("exclude_from_weight_decay", None)
    if options.get("exclude_layers"):
        raise Skipped("Muon's layers by name")
    optimizer = made(OPTIMIZERS, {**use, "options": options}, "optimizer")
    if excluded:
        words = [excluded] if isinstance(excluded, str) else excluded
        named = [variable for path, variable in variables.items() if any(word in path for word in words)]
        optimizer.exclude_from_weight_decay(var_list=named)
    if first is None:
        return optimizer
    scale = 2.0**15 if first == "dynamic" else first
    return keras.optimizers.LossScaleOptimizer(optimizer, initial_scale=scale, dynamic_growth_steps=int(steps))

# Optimizers and schedules at random: six steps on three variables, and the rates of 41 steps.

from base import Draw, array, keras, np, numpy, tf

SHAPES = (("kernel", (4, 3)), ("bias", (3,)), ("embeddings", (2, 3, 2)))
STEPS = 6


def betas(d):
    return {**d.some(beta_1=0.8), **d.some(beta_2=0.99)}


def adam(d):
    return {**betas(d), **d.some(amsgrad=True), **d.some(epsilon=1e-5)}


OWN = {
    "Adadelta": lambda d: {**d.some(rho=0.8), **d.some(epsilon=1e-5)},
    "Adafactor": lambda d: {**d.some(clip_threshold=0.5), **d.some(relative_step=False), **d.some(beta_2_decay=-0.6),
        **d.some_of(epsilon_1=1e-8, epsilon_2=1e-2)},
    "Adagrad": lambda d: {**d.some(initial_accumulator_value=0.5), **d.some(epsilon=1e-4)},
    "Adam": adam,
    "AdamW": adam,
    "Adamax": lambda d: {**betas(d), **d.some_of(epsilon=1e-3)},
    "Ftrl": lambda d: {
        **d.some(learning_rate_power=-0.7),
        **d.some(l1_regularization_strength=0.01),
        **d.some(l2_regularization_strength=0.02),
        **d.some(l2_shrinkage_regularization_strength=0.03),
        **d.some(beta=0.1),
        **d.some_of(initial_accumulator_value=0.5),
    },
    "Lamb": lambda d: {**betas(d), **d.some_of(epsilon=1e-3)},
    "Lion": betas,
    "Muon": lambda d: {**d.some(momentum=0.8), **d.some(nesterov=False), **d.some(ns_steps=4),
        **d.some_of(adam_beta_1=0.8, adam_beta_2=0.9, adam_lr_ratio=0.5, adam_weight_decay=0.02, epsilon=1e-4, exclude_embeddings=False),
        **d.some_of(muon_a=3.0, muon_b=-4.0, muon_c=2.0, rms_rate=0.3, exclude_layers=["kern"])},
    "Nadam": lambda d: {**betas(d), **d.some_of(epsilon=1e-3)},
    "RMSprop": lambda d: {**d.some(rho=0.7), **d.some(momentum=0.5), **d.some(centered=True), **d.some_of(epsilon=1e-3)},
    "SGD": lambda d: {**d.some(momentum=0.9), **d.some(nesterov=True)},
    "ScheduleFreeAdamW": lambda d: {**betas(d), **d.some(warmup_steps=4), **d.some_of(epsilon=1e-4)},
}

SCHEDULES = {
    "CosineDecay": lambda d: {
        "initial_learning_rate": 0.01,
        "decay_steps": d.int(5, 50),
        **d.some(alpha=0.1),
        **(d.of({}, {"warmup_steps": d.int(1, 10)}, {"warmup_steps": d.int(1, 10), "warmup_target": 0.05})),
    },
    "CosineDecayRestarts": lambda d: {
        "initial_learning_rate": 0.01,
        "first_decay_steps": d.int(3, 20),
        **d.some(t_mul=1.5),
        **d.some(m_mul=0.8),
        **d.some(alpha=0.1),
    },
    "ExponentialDecay": lambda d: {
        "initial_learning_rate": 0.1, "decay_steps": d.int(1, 20), "decay_rate": 0.7, **d.some(staircase=True)
    },
    "InverseTimeDecay": lambda d: {
        "initial_learning_rate": 0.1, "decay_steps": d.int(1, 20), "decay_rate": 0.7, **d.some(staircase=True)
    },
    "PiecewiseConstantDecay": lambda d: {"boundaries": [d.int(1, 9), d.int(10, 20)], "values": [0.1, 0.05, 0.01]},
    "PolynomialDecay": lambda d: {
        "initial_learning_rate": 0.1,
        "decay_steps": d.int(3, 30),
        **d.some(end_learning_rate=0.01),
        **d.some(power=2.0),
        **d.some(cycle=True),
    },
}


def common(d, name):
    config = d.of({}, {}, {"clipnorm": 0.5}, {"clipvalue": 0.2}, {"global_clipnorm": 0.7})
    config = {**config, **({"weight_decay": 0.05} if d.chance(0.3) else {})}
    if d.chance(0.25):
        config.update(use_ema=True, ema_momentum=0.8, **d.some(ema_overwrite_frequency=3))
    elif d.chance(0.2) and name != "ScheduleFreeAdamW":
        config["gradient_accumulation_steps"] = 2
    return {**config, **({"loss_scale_factor": 8.0} if d.chance(0.1) else {})}


def schedule_of(config):
    return getattr(keras.optimizers.schedules, config["schedule"])(**config["config"])


def optimizer_case(name, d: Draw):
    config = {**d.some(learning_rate=d.of(0.05, 0.3)), **OWN[name](d), **common(d, name)}
    if d.chance(0.15) and name != "ScheduleFreeAdamW":
        which = d.of(*SCHEDULES)
        config["learning_rate"] = {"schedule": which, "config": SCHEDULES[which](d)}
    made = {key: schedule_of(value) if isinstance(value, dict) else value for key, value in config.items()}
    optimizer = getattr(keras.optimizers, name)(**made)
    start = [d.normal(*shape) for _, shape in SHAPES]
    variables = [keras.Variable(v, name=n) for (n, _), v in zip(SHAPES, start)]
    optimizer.build(variables)
    scale = config.get("loss_scale_factor", 1.0)
    grads, params, ema = [], [], []
    for _ in range(STEPS):
        gradients = [d.normal(*shape) for _, shape in SHAPES]
        # A caller scales the loss; the optimizer takes the scale off again.
        optimizer.apply([tf.constant(g * scale) for g in gradients], variables)
        grads.append([array(g * scale) for g in gradients])
        params.append([array(numpy(v)) for v in variables])
        if config.get("use_ema"):
            ema.append([array(numpy(v)) for v in optimizer._model_variables_moving_average])
    result = {
        "kind": "optimizer",
        "optimizer": name,
        "config": config,
        "initial_params": [array(v, name=n) for (n, _), v in zip(SHAPES, start)],
        "grads": grads,
        "params": params,
    }
    if ema:
        result["ema"] = ema
    if ema or name == "ScheduleFreeAdamW":
        optimizer.finalize_variable_values(variables)
        result["finalized_params"] = [array(numpy(v)) for v in variables]
    return result


def schedule_case(name, d: Draw):
    config = SCHEDULES[name](d)
    schedule = getattr(keras.optimizers.schedules, name)(**config)
    values = np.array([float(numpy(schedule(step))) for step in range(41)])
    return {"kind": "schedule", "schedule": name, "config": config, "values": array(values)}

import { defineOptimizer } from "../definition.ts";
import { commonOptions, epsilonOption, learningRate, powerOf, prepared, running, share, slot } from "../optimizer.ts";
import { numberOf } from "../options.ts";

export const scheduleFreeAdamw = defineOptimizer({
  name: "schedule_free_adamw",
  usualRates: [1e-7, 0.1],
  aliases: ["ScheduleFreeAdamW", "schedule_free_adam_w"],
  summary: "AdamW that averages its weights, so that no schedule has to lower the rate.",
  options: {
    learning_rate: learningRate(0.0025),
    beta_1: {
      type: { kind: "float", min: 0, max: 1, openMin: true, openMax: true },
      default: 0.9,
      doc: "How near to the average of all steps the gradient is taken.",
    },
    beta_2: share(0.999, "How much of the running mean of the squared gradient stays."),
    epsilon: { ...epsilonOption, default: 1e-8 },
    warmup_steps: { type: { kind: "int", min: 0 }, default: 0, doc: "Steps over which the rate rises from 0." },
    ...commonOptions(),
  },
  positional: ["learning_rate"],
  slots: () => [
    { name: "momentum", initial: 0 },
    { name: "velocity", initial: 0 },
  ],
  update(g, call) {
    const { options, step } = call;
    const { gradient, weights } = prepared(g, call);
    const [beta1, beta2] = [numberOf(options, "beta_1"), numberOf(options, "beta_2")];
    const local = g.add(step, 1);
    const warmup = numberOf(options, "warmup_steps");
    const rate = warmup === 0 ? call.rate : g.mul(call.rate, g.map("min", g.div(local, warmup), 1));
    // The steps start from the first weights.
    const old = g.select(g.map("eq", step, 0), call.weights, slot(call, "momentum"));
    const velocity = running(g, slot(call, "velocity"), g.map("square", gradient), beta2);
    const size = g.map("sqrt", g.div(velocity, g.sub(1, powerOf(g, beta2, step))));
    const momentum = g.sub(old, g.div(g.mul(gradient, rate), g.add(size, numberOf(options, "epsilon"))));
    // Keras on TensorFlow takes the new steps off here, not the old ones as the paper does.
    const average = g.div(g.sub(weights, g.mul(momentum, 1 - beta1)), beta1);
    const moved = g.add(average, g.div(g.sub(momentum, average), local));
    return { weights: g.add(g.mul(momentum, 1 - beta1), g.mul(moved, beta1)), slots: { momentum, velocity } };
  },
  source: "Defazio et al. 2024, algorithm 1; https://keras.io/api/optimizers/schedule_free_adamw/",
});

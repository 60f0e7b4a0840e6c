import { defineOptimizer } from "../definition.ts";
import { commonOptions, learningRate, prepared, running, share, slot } from "../optimizer.ts";
import { numberOf } from "../options.ts";

export const lion = defineOptimizer({
  name: "lion",
  usualRates: [1e-8, 0.01],
  // Its rates are a tenth of those of others, and its decays ten times as large.
  largeDecay: 30,
  aliases: ["Lion"],
  summary: "Steps of one size, by the sign of a running mean of the gradient.",
  options: {
    learning_rate: learningRate(0.001),
    beta_1: share(0.9, "How much of the running mean goes into the step."),
    beta_2: share(0.99, "How much of the running mean stays."),
    ...commonOptions(),
  },
  positional: ["learning_rate"],
  slots: () => [{ name: "momentum", initial: 0 }],
  update(g, call) {
    const { gradient, weights } = prepared(g, call);
    const old = slot(call, "momentum");
    const direction = g.map("sign", running(g, old, gradient, numberOf(call.options, "beta_1")));
    const momentum = running(g, old, gradient, numberOf(call.options, "beta_2"));
    return { weights: g.sub(weights, g.mul(direction, call.rate)), slots: { momentum } };
  },
  source: "Chen et al. 2023, program 1; https://keras.io/api/optimizers/lion/",
});

import { defineOptimizer } from "../definition.ts";
import { commonOptions, epsilonOption, learningRate, powerOf, prepared, running, share, slot } from "../optimizer.ts";
import { numberOf } from "../options.ts";

export const adamax = defineOptimizer({
  name: "adamax",
  usualRates: [1e-7, 0.1],
  aliases: ["Adamax"],
  summary: "Adam with the largest recent gradient in place of the running mean of its square.",
  options: {
    learning_rate: learningRate(0.001),
    beta_1: share(0.9, "How much of the running mean of the gradient stays."),
    beta_2: share(0.999, "How much of the largest gradient stays."),
    epsilon: epsilonOption,
    ...commonOptions(),
  },
  positional: ["learning_rate"],
  slots: () => [
    { name: "momentum", initial: 0 },
    { name: "norm", initial: 0 },
  ],
  update(g, call) {
    const { gradient, weights } = prepared(g, call);
    const { options, rate, step } = call;
    const [beta1, beta2] = [numberOf(options, "beta_1"), numberOf(options, "beta_2")];
    const momentum = running(g, slot(call, "momentum"), gradient, beta1);
    const norm = g.map("max", g.mul(slot(call, "norm"), beta2), g.map("abs", gradient));
    const scaled = g.div(
      g.mul(momentum, g.div(rate, g.sub(1, powerOf(g, beta1, step)))),
      g.add(norm, numberOf(options, "epsilon")),
    );
    return { weights: g.sub(weights, scaled), slots: { momentum, norm } };
  },
  source: "Kingma, Ba 2014, algorithm 2; https://keras.io/api/optimizers/adamax/",
});

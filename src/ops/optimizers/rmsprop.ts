import { defineOptimizer } from "../definition.ts";
import { commonOptions, epsilonOption, learningRate, prepared, running, share, slot } from "../optimizer.ts";
import { flag, flagOption, numberOf } from "../options.ts";

export const rmsprop = defineOptimizer({
  name: "rmsprop",
  usualRates: [1e-7, 0.05],
  aliases: ["RMSprop"],
  summary: "Divides the gradient by the root of the running mean of its square.",
  options: {
    learning_rate: learningRate(0.001),
    rho: share(0.9, "How much of the running mean stays."),
    momentum: share(0, "How much of the last step goes into the next."),
    epsilon: epsilonOption,
    centered: flagOption(false, "Whether to subtract the square of the mean gradient, which leaves the variance."),
    ...commonOptions(),
  },
  positional: ["learning_rate"],
  slots: (options) => [
    { name: "velocity", initial: 0 },
    ...(numberOf(options, "momentum") > 0 ? [{ name: "momentum", initial: 0 }] : []),
    ...(flag(options, "centered") ? [{ name: "average_gradient", initial: 0 }] : []),
  ],
  update(g, call) {
    const { options } = call;
    const { gradient, weights } = prepared(g, call);
    const rho = numberOf(options, "rho");
    const velocity = running(g, slot(call, "velocity"), g.map("square", gradient), rho);
    const centre = flag(options, "centered") ? running(g, slot(call, "average_gradient"), gradient, rho) : undefined;
    const variance = centre === undefined ? velocity : g.sub(velocity, g.map("square", centre));
    const divisor = g.map("rsqrt", g.add(variance, numberOf(options, "epsilon")));
    const step = g.mul(g.mul(gradient, call.rate), divisor);
    const kept = centre === undefined ? { velocity } : { velocity, average_gradient: centre };
    const factor = numberOf(options, "momentum");
    if (factor === 0) return { weights: g.sub(weights, step), slots: kept };
    const momentum = g.add(g.mul(slot(call, "momentum"), factor), step);
    return { weights: g.sub(weights, momentum), slots: { ...kept, momentum } };
  },
  source: "Hinton 2012, lecture 6e; https://keras.io/api/optimizers/rmsprop/",
});

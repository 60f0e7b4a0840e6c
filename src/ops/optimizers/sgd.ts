import { defineOptimizer } from "../definition.ts";
import { commonOptions, learningRate, prepared, share, slot } from "../optimizer.ts";
import { flag, flagOption, numberOf } from "../options.ts";

export const sgd = defineOptimizer({
  name: "sgd",
  usualRates: [1e-6, 1],
  aliases: ["SGD"],
  summary: "Steps down the gradient, with optional momentum.",
  options: {
    learning_rate: learningRate(0.01),
    momentum: share(0, "How much of the last step goes into the next."),
    nesterov: flagOption(false, "Whether the momentum looks one step ahead."),
    ...commonOptions(),
  },
  positional: ["learning_rate", "momentum"],
  slots: (options) => (numberOf(options, "momentum") === 0 ? [] : [{ name: "momentum", initial: 0 }]),
  update(g, call) {
    const { gradient, weights } = prepared(g, call);
    const step = g.mul(gradient, call.rate);
    const momentum = numberOf(call.options, "momentum");
    if (momentum === 0) return { weights: g.sub(weights, step), slots: {} };
    const moved = g.sub(g.mul(slot(call, "momentum"), momentum), step);
    const change = flag(call.options, "nesterov") ? g.sub(g.mul(moved, momentum), step) : moved;
    return { weights: g.add(weights, change), slots: { momentum: moved } };
  },
  source: "Sutskever et al. 2013, eq. 1 to 4; https://keras.io/api/optimizers/sgd/",
});

import type { Value } from "../../ir/builder.ts";
import { defineOptimizer } from "../definition.ts";
import { commonOptions, epsilonOption, learningRate, prepared, running, share, slot } from "../optimizer.ts";
import { numberOf } from "../options.ts";

export const adadelta = defineOptimizer({
  name: "adadelta",
  usualRates: [1e-5, 10],
  aliases: ["Adadelta"],
  summary: "Scales the gradient by the ratio of the sizes of past steps and past gradients.",
  options: {
    learning_rate: learningRate(0.001),
    rho: share(0.95, "How much of the running means stays."),
    epsilon: epsilonOption,
    ...commonOptions(),
  },
  positional: ["learning_rate"],
  slots: () => [
    { name: "accumulated_grad", initial: 0 },
    { name: "accumulated_delta_var", initial: 0 },
  ],
  update(g, call) {
    const { gradient, weights } = prepared(g, call);
    const [rho, epsilon] = [numberOf(call.options, "rho"), numberOf(call.options, "epsilon")];
    const size = (squares: Value): Value => g.map("sqrt", g.add(squares, epsilon));
    const deltas = slot(call, "accumulated_delta_var");
    const accumulated = running(g, slot(call, "accumulated_grad"), g.map("square", gradient), rho);
    const delta = g.div(g.mul(size(deltas), gradient), size(accumulated));
    return {
      weights: g.sub(weights, g.mul(delta, call.rate)),
      slots: {
        accumulated_grad: accumulated,
        accumulated_delta_var: running(g, deltas, g.map("square", delta), rho),
      },
    };
  },
  source: "Zeiler 2012, algorithm 1; https://keras.io/api/optimizers/adadelta/",
});

import type { Builder, Value } from "../../ir/builder.ts";
import { defineOptimizer } from "../definition.ts";
import {
  commonOptions,
  epsilonOption,
  joined,
  learningRate,
  partOf,
  powerOf,
  prepared,
  running,
  share,
  slot,
} from "../optimizer.ts";
import { numberOf } from "../options.ts";

const norm = (g: Builder, x: Value): Value => g.map("sqrt", g.sum(g.map("square", x), [...x.type.shape.keys()]));

/** Returns the norm of a variable divided by that of its step; 1 where one of them is 0. */
function trust(g: Builder, weights: Value, step: Value): Value {
  const [own, moved] = [norm(g, weights), norm(g, step)];
  const both = g.map("and", g.map("gt", own, 0), g.map("gt", moved, 0));
  return g.select(both, g.div(own, g.select(both, moved, 1)), 1);
}

export const lamb = defineOptimizer({
  name: "lamb",
  usualRates: [1e-7, 0.1],
  aliases: ["Lamb"],
  summary: "Adam with a step for each variable as long as the variable, times the rate: for large batches.",
  options: {
    learning_rate: learningRate(0.001),
    beta_1: share(0.9, "How much of the running mean of the gradient stays."),
    beta_2: share(0.999, "How much of the running mean of the squared gradient stays."),
    epsilon: epsilonOption,
    ...commonOptions(),
  },
  positional: ["learning_rate"],
  slots: () => [
    { name: "momentum", initial: 0 },
    { name: "velocity", initial: 0 },
  ],
  update(g, call) {
    const { options, step, rate, variables } = call;
    const { gradient, weights } = prepared(g, call);
    const [beta1, beta2] = [numberOf(options, "beta_1"), numberOf(options, "beta_2")];
    const momentum = running(g, slot(call, "momentum"), gradient, beta1);
    const velocity = running(g, slot(call, "velocity"), g.map("square", gradient), beta2);
    const size = g.map("sqrt", g.div(velocity, g.sub(1, powerOf(g, beta2, step))));
    const direction = g.div(
      g.div(momentum, g.sub(1, powerOf(g, beta1, step))),
      g.add(size, numberOf(options, "epsilon")),
    );
    const moved = variables.map((variable) => {
      const [own, to] = [partOf(g, weights, variable), partOf(g, direction, variable)];
      return g.sub(own, g.mul(to, g.mul(trust(g, own, to), rate)));
    });
    return { weights: joined(g, moved), slots: { momentum, velocity } };
  },
  source: "You et al. 2019, algorithm 2; https://keras.io/api/optimizers/lamb/",
});

import { defineOptimizer } from "../definition.ts";
import { commonOptions, epsilonOption, learningRate, prepared, slot } from "../optimizer.ts";
import { numberOf, numberOption } from "../options.ts";

export const adagrad = defineOptimizer({
  name: "adagrad",
  usualRates: [1e-6, 1],
  aliases: ["Adagrad"],
  summary: "Divides the gradient by the root of the sum of all its squares so far.",
  options: {
    learning_rate: learningRate(0.001),
    initial_accumulator_value: numberOption(0.1, "The number that the sum of squares starts from.", { min: 0 }),
    epsilon: epsilonOption,
    ...commonOptions(),
  },
  positional: ["learning_rate"],
  slots: (options) => [{ name: "accumulator", initial: numberOf(options, "initial_accumulator_value") }],
  update(g, call) {
    const { gradient, weights } = prepared(g, call);
    const accumulator = g.add(slot(call, "accumulator"), g.map("square", gradient));
    const divisor = g.map("sqrt", g.add(accumulator, numberOf(call.options, "epsilon")));
    return { weights: g.sub(weights, g.div(g.mul(gradient, call.rate), divisor)), slots: { accumulator } };
  },
  source: "Duchi, Hazan, Singer 2011, eq. 1; https://keras.io/api/optimizers/adagrad/",
});

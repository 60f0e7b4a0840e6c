import type { Value } from "../../ir/builder.ts";
import { defineOptimizer } from "../definition.ts";
import { clip } from "../elementwise.ts";
import { commonOptions, learningRate, prepared, slot } from "../optimizer.ts";
import { numberOf, numberOption } from "../options.ts";

export const ftrl = defineOptimizer({
  name: "ftrl",
  usualRates: [1e-6, 1],
  aliases: ["Ftrl"],
  summary: "Follows the regularized leader: few weights that are not 0, for wide and sparse models.",
  options: {
    learning_rate: learningRate(0.001),
    learning_rate_power: numberOption(-0.5, "How the rate falls with the sum of squared gradients; 0 keeps it.", {
      max: 0,
    }),
    initial_accumulator_value: numberOption(0.1, "Where the sum of squared gradients starts.", { min: 0 }),
    l1_regularization_strength: numberOption(0, "How strongly small weights are held at 0.", { min: 0 }),
    l2_regularization_strength: numberOption(0, "How strongly all weights are drawn to 0.", { min: 0 }),
    l2_shrinkage_regularization_strength: numberOption(0, "The same, only where there is a gradient.", { min: 0 }),
    beta: numberOption(0, "Beta of the paper: a further draw to 0, divided by the rate.", { min: 0 }),
    ...commonOptions(),
  },
  positional: ["learning_rate"],
  slots: (options) => [
    { name: "accumulator", initial: numberOf(options, "initial_accumulator_value") },
    { name: "linear", initial: 0 },
  ],
  update(g, call) {
    const { options, rate } = call;
    const { gradient, weights } = prepared(g, call);
    const number = (name: string): number => numberOf(options, name);
    const power = (x: Value): Value => {
      const exponent = -number("learning_rate_power");
      return exponent === 0.5 ? g.map("sqrt", x) : g.map("pow", x, exponent);
    };
    const old = slot(call, "accumulator");
    const accumulator = g.add(old, g.map("square", gradient));
    const shrunk = g.add(gradient, g.mul(weights, 2 * number("l2_shrinkage_regularization_strength")));
    const sigma = g.div(g.sub(power(accumulator), power(old)), rate);
    const linear = g.add(slot(call, "linear"), g.sub(shrunk, g.mul(sigma, weights)));
    const l2 = g.add(g.div(number("beta") / 2, rate), number("l2_regularization_strength"));
    const quadratic = g.add(g.div(power(accumulator), rate), g.mul(l2, 2));
    const l1 = number("l1_regularization_strength");
    const beyond = g.sub(clip(g, linear, -l1, l1), linear);
    return { weights: g.div(beyond, quadratic), slots: { accumulator, linear } };
  },
  source: "McMahan et al. 2013, algorithm 1; https://keras.io/api/optimizers/ftrl/",
});

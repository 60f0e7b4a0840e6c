import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";
import { numberOf, numberOption } from "../options.ts";

export const squareplus = defineFunction({
  ...elementwiseActivation((g, x, options) =>
    g.mul(g.add(x, g.map("sqrt", g.add(g.mul(x, x), numberOf(options, "b")))), 0.5),
  ),
  name: "squareplus",
  summary: "(x + √(x² + b)) / 2, a smooth rectifier.",
  range: () => [Number.MIN_VALUE, Infinity],
  options: { b: numberOption(4, "How smooth it is at 0.", { min: 0 }) },
  positional: [],
  examples: [{ nn: "squareplus", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#squareplus-function",
});

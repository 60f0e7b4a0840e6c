import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";

export const sigmoid = defineFunction({
  ...elementwiseActivation((g, x) => g.map("sigmoid", x)),
  name: "sigmoid",
  summary: "1 / (1 + e^-x), between 0 and 1.",
  range: () => [0, 1],
  predicts: () => "sigmoid",
  options: {},
  positional: [],
  examples: [{ nn: "sigmoid", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#sigmoid-function",
});

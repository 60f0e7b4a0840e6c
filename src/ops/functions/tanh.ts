import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";

export const tanh = defineFunction({
  ...elementwiseActivation((g, x) => g.map("tanh", x)),
  name: "tanh",
  summary: "The hyperbolic tangent, between -1 and 1.",
  range: () => [-1, 1],
  options: {},
  positional: [],
  examples: [{ nn: "tanh", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#tanh-function",
});

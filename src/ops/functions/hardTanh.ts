import { defineFunction } from "../definition.ts";
import { clip, elementwiseActivation } from "../elementwise.ts";

export const hardTanh = defineFunction({
  ...elementwiseActivation((g, x) => clip(g, x, -1, 1)),
  name: "hard_tanh",
  summary: "x held between -1 and 1.",
  range: () => [-1, 1],
  options: {},
  positional: [],
  examples: [{ nn: "hard_tanh", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#hard_tanh-function",
});

import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";

export const linear = defineFunction({
  ...elementwiseActivation((_, x) => x),
  name: "linear",
  nature: "passes",
  summary: "The identity.",
  options: {},
  positional: [],
  examples: [{ nn: "linear", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#linear-function",
});

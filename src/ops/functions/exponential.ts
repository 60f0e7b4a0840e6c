import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";

export const exponential = defineFunction({
  ...elementwiseActivation((g, x) => g.map("exp", x)),
  name: "exponential",
  summary: "e^x.",
  range: () => [Number.MIN_VALUE, Infinity],
  options: {},
  positional: [],
  examples: [{ nn: "exponential", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#exponential-function",
});

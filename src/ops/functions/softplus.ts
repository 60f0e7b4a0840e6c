import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";

export const softplus = defineFunction({
  ...elementwiseActivation((g, x) => g.map("softplus", x)),
  name: "softplus",
  summary: "log(1 + e^x).",
  range: () => [Number.MIN_VALUE, Infinity],
  options: {},
  positional: [],
  examples: [{ nn: "softplus", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#softplus-function",
});

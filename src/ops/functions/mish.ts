import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";

export const mish = defineFunction({
  ...elementwiseActivation((g, x) => g.mul(x, g.map("tanh", g.map("softplus", x)))),
  name: "mish",
  summary: "x · tanh(softplus(x)).",
  options: {},
  positional: [],
  examples: [{ nn: "mish", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#mish-function",
});

import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";

export const tanhShrink = defineFunction({
  ...elementwiseActivation((g, x) => g.sub(x, g.map("tanh", x))),
  name: "tanh_shrink",
  summary: "x - tanh(x).",
  options: {},
  positional: [],
  examples: [{ nn: "tanh_shrink", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#tanh_shrink-function",
});

import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";

export const silu = defineFunction({
  ...elementwiseActivation((g, x) => g.mul(x, g.map("sigmoid", x))),
  name: "silu",
  aliases: ["swish"],
  summary: "x · sigmoid(x).",
  options: {},
  positional: [],
  examples: [{ nn: "silu", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#silu-function",
});

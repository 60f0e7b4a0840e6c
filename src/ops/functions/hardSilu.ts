import { defineFunction } from "../definition.ts";
import { elementwiseActivation, saturate } from "../elementwise.ts";

export const hardSilu = defineFunction({
  ...elementwiseActivation((g, x) => g.mul(x, g.div(saturate(g, g.add(x, 3), 0, 6), 6))),
  name: "hard_silu",
  aliases: ["hard_swish"],
  summary: "x · hard_sigmoid(x).",
  options: {},
  positional: [],
  examples: [{ nn: "hard_silu", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#hard_silu-function",
});

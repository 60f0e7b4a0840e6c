import { defineFunction } from "../definition.ts";
import { elementwiseActivation, saturate } from "../elementwise.ts";

export const hardSigmoid = defineFunction({
  ...elementwiseActivation((g, x) => g.div(saturate(g, g.add(x, 3), 0, 6), 6)),
  name: "hard_sigmoid",
  summary: "A sigmoid made of straight lines: relu6(x + 3) / 6.",
  range: () => [0, 1],
  options: {},
  positional: [],
  examples: [{ nn: "hard_sigmoid", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#hard_sigmoid-function",
});

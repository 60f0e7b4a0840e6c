import { defineFunction } from "../definition.ts";
import { elementwiseActivation, saturate } from "../elementwise.ts";

export const sparseSigmoid = defineFunction({
  ...elementwiseActivation((g, x) => g.mul(g.add(saturate(g, x, -1, 1), 1), 0.5)),
  name: "sparse_sigmoid",
  summary: "0 up to -1, (x + 1) / 2 up to 1, 1 above.",
  range: () => [0, 1],
  options: {},
  positional: [],
  examples: [{ nn: "sparse_sigmoid", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#sparse_sigmoid-function",
});

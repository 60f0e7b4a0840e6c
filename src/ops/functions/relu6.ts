import { defineFunction } from "../definition.ts";
import { elementwiseActivation, saturate } from "../elementwise.ts";

export const relu6 = defineFunction({
  ...elementwiseActivation((g, x) => saturate(g, x, 0, 6)),
  name: "relu6",
  summary: "Rectifier with a ceiling: x held between 0 and 6.",
  range: () => [0, 6],
  options: {},
  positional: [],
  examples: [{ nn: "relu6", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#relu6-function",
});

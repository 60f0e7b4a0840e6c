import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";

export const logSigmoid = defineFunction({
  ...elementwiseActivation((g, x) => g.map("neg", g.map("softplus", g.map("neg", x)))),
  name: "log_sigmoid",
  summary: "log(sigmoid(x)).",
  range: () => [-Infinity, 0],
  options: {},
  positional: [],
  examples: [{ nn: "log_sigmoid", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#log_sigmoid-function",
});

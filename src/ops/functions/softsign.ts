import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";

export const softsign = defineFunction({
  ...elementwiseActivation((g, x) => g.div(x, g.add(g.map("abs", x), 1))),
  name: "softsign",
  summary: "x / (1 + |x|).",
  range: () => [-1, 1],
  options: {},
  positional: [],
  examples: [{ nn: "softsign", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#softsign-function",
});

import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const log2 = defineFunction({
  ...elementwise((g, x) => g.div(g.map("log", x), Math.LN2)),
  name: "log2",
  summary: "The logarithm to the base 2.",
  options: {},
  positional: [],
  domain: [0.3, 2],
  examples: [{ nn: "log2", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#log2-function",
});

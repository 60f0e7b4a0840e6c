import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const log10 = defineFunction({
  ...elementwise((g, x) => g.div(g.map("log", x), Math.LN10)),
  name: "log10",
  summary: "The logarithm to the base 10.",
  options: {},
  positional: [],
  domain: [0.3, 2],
  examples: [{ nn: "log10", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#log10-function",
});

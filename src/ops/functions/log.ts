import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const log = defineFunction({
  ...elementwise((g, x) => g.map("log", x)),
  name: "log",
  summary: "The natural logarithm.",
  options: {},
  positional: [],
  domain: [0.3, 2],
  examples: [{ nn: "log", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#log-function",
});

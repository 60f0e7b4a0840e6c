import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const sqrt = defineFunction({
  ...elementwise((g, x) => g.map("sqrt", x)),
  name: "sqrt",
  summary: "The square root.",
  options: {},
  positional: [],
  domain: [0.3, 2],
  examples: [{ nn: "sqrt", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#sqrt-function",
});

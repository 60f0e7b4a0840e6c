import { comparison } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const greaterEqual = defineFunction({
  ...comparison("ge"),
  name: "greater_equal",
  infix: ">=",
  summary: "Whether a is at least b, element by element.",
  examples: [{ nn: "greater_equal()", type: "f32[4, 3], f32[3] -> bool[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#greater_equal-function",
});

import { comparison } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const lessEqual = defineFunction({
  ...comparison("le"),
  name: "less_equal",
  infix: "<=",
  summary: "Whether a is at most b, element by element.",
  examples: [{ nn: "less_equal()", type: "f32[4, 3], f32[3] -> bool[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#less_equal-function",
});

import { comparison } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const greater = defineFunction({
  ...comparison("gt"),
  name: "greater",
  infix: ">",
  summary: "Whether a is greater than b, element by element.",
  examples: [{ nn: "greater()", type: "f32[4, 3], f32[3] -> bool[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#greater-function",
});

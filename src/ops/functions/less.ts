import { comparison } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const less = defineFunction({
  ...comparison("lt"),
  name: "less",
  infix: "<",
  summary: "Whether a is less than b, element by element.",
  examples: [{ nn: "less()", type: "f32[4, 3], f32[3] -> bool[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#less-function",
});

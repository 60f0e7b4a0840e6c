import { equality } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const notEqual = defineFunction({
  ...equality("ne"),
  name: "not_equal",
  infix: "!=",
  summary: "Whether a differs from b, element by element.",
  examples: [{ nn: "not_equal()", type: "i32[4, 3], i32[3] -> bool[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#not_equal-function",
});

import { equality } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const equal = defineFunction({
  ...equality("eq"),
  name: "equal",
  infix: "==",
  summary: "Whether a is equal to b, element by element.",
  examples: [{ nn: "equal()", type: "i32[4, 3], i32[3] -> bool[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#equal-function",
});

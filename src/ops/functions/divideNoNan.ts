import { binaryOf } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";
import { divideNoNan as quotient } from "../elementwise.ts";

export const divideNoNan = defineFunction({
  ...binaryOf(quotient),
  name: "divide_no_nan",
  summary: "a / b, and 0 where b is 0.",
  domain: [0.3, 2],
  examples: [{ nn: "divide_no_nan()", type: "f32[4, 3], f32[3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#divide_no_nan-function",
});

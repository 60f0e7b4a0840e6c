import { binaryOf } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const divideNoNan = defineFunction({
  ...binaryOf((g, a, b) => {
    const zero = g.map("eq", b, 0);
    return g.select(zero, 0, g.div(a, g.select(zero, 1, b)));
  }),
  name: "divide_no_nan",
  summary: "a / b, and 0 where b is 0.",
  domain: [0.3, 2],
  examples: [{ nn: "divide_no_nan()", type: "f32[4, 3], f32[3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#divide_no_nan-function",
});

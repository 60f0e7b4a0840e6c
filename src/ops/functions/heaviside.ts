import { binaryOf } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const heaviside = defineFunction({
  ...binaryOf((g, a, b) => g.select(g.map("lt", a, 0), 0, g.select(g.map("gt", a, 0), 1, b))),
  name: "heaviside",
  stopsGradient: [0],
  summary: "The step function: 0 where a is negative, 1 where it is positive, and b where it is 0.",
  examples: [{ nn: "heaviside()", type: "f32[4, 3], f32[3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#heaviside-function",
});

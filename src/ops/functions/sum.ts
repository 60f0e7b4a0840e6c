import { defineFunction } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { reduction, summed } from "../reducing.ts";

export const sum = defineFunction({
  ...reduction({
    takes: anyType,
    gives: summed,
    compute: (g, x, axes) => g.sum(x.type.dtype === "bool" ? g.cast(x, "i32") : x, axes, true),
  }),
  name: "sum",
  summary: "The sum along axes.",
  examples: [
    { nn: "sum", type: "f32[4, 3] -> f32[]" },
    { nn: "sum(axis: 1)", type: "i32[4, 3] -> i32[3]" },
    { nn: "sum(-1, keepdims: true)", type: "bool[4, 3] -> i32[4, 1]" },
  ],
  source: "https://keras.io/api/ops/numpy/#sum-function",
});

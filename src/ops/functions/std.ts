import { defineFunction } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { alwaysF32, reduction, variance } from "../reducing.ts";

export const std = defineFunction({
  ...reduction({
    takes: anyType,
    gives: alwaysF32,
    compute: (g, x, axes) => g.map("sqrt", variance(g, x, axes)),
  }),
  name: "std",
  summary: "The standard deviation along axes.",
  examples: [{ nn: "std(1)", type: "f32[4, 3] -> f32[3]" }],
  source: "https://keras.io/api/ops/numpy/#std-function",
});

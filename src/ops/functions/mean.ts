import { defineFunction } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { alwaysF32, reduction } from "../reducing.ts";

export const mean = defineFunction({
  ...reduction({
    takes: anyType,
    gives: alwaysF32,
    compute: (g, x, axes) => g.mean(g.cast(x, "f32"), axes, true),
  }),
  name: "mean",
  summary: "The mean along axes.",
  examples: [
    { nn: "mean", type: "f32[4, 3] -> f32[]" },
    { nn: "mean([1, 2], keepdims: true)", type: "f32[2, 3, 4] -> f32[1, 1, 4]" },
  ],
  source: "https://keras.io/api/ops/numpy/#mean-function",
});

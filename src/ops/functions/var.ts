import { defineFunction } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { alwaysF32, reduction, variance } from "../reducing.ts";

export const varOf = defineFunction({
  ...reduction({
    takes: anyType,
    gives: alwaysF32,
    compute: variance,
  }),
  name: "var",
  summary: "The variance along axes: the mean square of the distance from the mean.",
  examples: [
    { nn: "var", type: "f32[4, 3] -> f32[]" },
    { nn: "var(-1)", type: "f32[4, 3] -> f32[4]" },
  ],
  source: "https://keras.io/api/ops/numpy/#var-function",
});

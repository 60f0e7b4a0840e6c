import { accumulation } from "../accumulating.ts";
import { defineFunction } from "../definition.ts";

export const cumsum = defineFunction({
  ...accumulation("add"),
  name: "cumsum",
  summary: "The sum of each element and all before it along an axis.",
  examples: [
    { nn: "cumsum(axis: 1)", type: "f32[5, 2] -> f32[5, 2]" },
    { nn: "cumsum", type: "f32[2, 3] -> f32[6]" },
  ],
  source: "https://keras.io/api/ops/numpy/#cumsum-function",
});

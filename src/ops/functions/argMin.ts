import { defineFunction } from "../definition.ts";
import { placeOf } from "../extremes.ts";

export const argMin = defineFunction({
  ...placeOf("min"),
  name: "argmin",
  summary: "The place of the smallest element, the first if there are several.",
  examples: [
    { nn: "argmin(axis: -1)", type: "f32[4, 3] -> i32[4]" },
    { nn: "argmin()", type: "f32[2, 3] -> i32[]" },
  ],
  source: "https://keras.io/api/ops/numpy/#argmin-function",
});

import { defineFunction } from "../definition.ts";
import { placeOf } from "../extremes.ts";

export const argMax = defineFunction({
  ...placeOf("max"),
  name: "argmax",
  summary: "The place of the largest element, the first if there are several.",
  examples: [
    { nn: "argmax(axis: -1)", type: "f32[4, 3] -> i32[4]" },
    { nn: "argmax()", type: "f32[2, 3] -> i32[]" },
  ],
  source: "https://keras.io/api/ops/numpy/#argmax-function",
});

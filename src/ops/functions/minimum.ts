import { binary } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const minimum = defineFunction({
  ...binary("min", ["f32", "i32"]),
  name: "minimum",
  summary: "The smaller of a and b.",
  examples: [
    { nn: "minimum()", type: "f32[4, 3], f32[4, 3] -> f32[4, 3]" },
    { nn: "minimum()", type: "f32[4, 3], f32[3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#minimum-function",
});

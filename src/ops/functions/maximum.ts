import { binary } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const maximum = defineFunction({
  ...binary("max", ["f32", "i32"]),
  name: "maximum",
  summary: "The larger of a and b.",
  examples: [
    { nn: "maximum()", type: "f32[4, 3], f32[4, 3] -> f32[4, 3]" },
    { nn: "maximum()", type: "f32[4, 3], f32[3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#maximum-function",
});

import { accumulation } from "../accumulating.ts";
import { defineFunction } from "../definition.ts";

export const cumprod = defineFunction({
  ...accumulation("mul"),
  name: "cumprod",
  summary: "The product of each element and all before it along an axis.",
  examples: [
    { nn: "cumprod(axis: 1)", type: "f32[5, 2] -> f32[5, 2]" },
    { nn: "cumprod", type: "f32[2, 3] -> f32[6]" },
  ],
  source: "https://keras.io/api/ops/numpy/#cumprod-function",
});

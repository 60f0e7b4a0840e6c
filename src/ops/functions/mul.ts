import { binary, boundsBy } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const mul = defineFunction({
  ...binary("mul", ["f32", "i32"]),
  name: "mul",
  infix: "*",
  aliases: ["multiply"],
  bounds: boundsBy((a, b) => a * b),
  summary: "a · b.",
  examples: [
    { nn: "mul()", type: "f32[4, 3], f32[4, 3] -> f32[4, 3]" },
    { nn: "mul()", type: "f32[4, 3], f32[3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#multiply-function",
});

import { binary } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const pow = defineFunction({
  ...binary("pow", ["f32"]),
  name: "pow",
  infix: "**",
  aliases: ["power"],
  summary: "a to the power of b.",
  domain: [0.3, 2],
  examples: [
    { nn: "pow()", type: "f32[4, 3], f32[4, 3] -> f32[4, 3]" },
    { nn: "pow()", type: "f32[4, 3], f32[3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#power-function",
});

import { binary, boundsBy } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const sub = defineFunction({
  ...binary("sub", ["f32", "i32"]),
  name: "sub",
  infix: "-",
  aliases: ["subtract"],
  bounds: boundsBy((a, b) => a - b),
  summary: "a - b.",
  examples: [
    { nn: "sub()", type: "f32[4, 3], f32[4, 3] -> f32[4, 3]" },
    { nn: "sub()", type: "f32[4, 3], f32[3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#subtract-function",
});

import { binary, boundsBy } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const add = defineFunction({
  ...binary("add", ["f32", "i32"]),
  name: "add",
  infix: "+",
  bounds: boundsBy((a, b) => a + b),
  summary: "a + b.",
  examples: [
    { nn: "add()", type: "f32[4, 3], f32[4, 3] -> f32[4, 3]" },
    { nn: "add()", type: "f32[4, 3], f32[3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#add-function",
});

import { binary, boundsBy } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const div = defineFunction({
  ...binary("div", ["f32"]),
  name: "div",
  infix: "/",
  aliases: ["divide", "true_divide"],
  // Beyond a divisor of 0 there are no bounds.
  bounds: ([a, b]) =>
    b !== undefined && b[0] * b[1] > 0 && a !== undefined ? boundsBy((x, y) => x / y)([a, b]) : undefined,
  summary: "a / b.",
  domain: [0.3, 2],
  examples: [
    { nn: "div()", type: "f32[4, 3], f32[4, 3] -> f32[4, 3]" },
    { nn: "div()", type: "f32[4, 3], f32[3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#divide-function",
});

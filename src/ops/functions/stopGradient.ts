import { defineFunction } from "../definition.ts";
import { anyType, elementwise } from "../elementwise.ts";

export const stopGradient = defineFunction({
  ...elementwise((g, x) => g.map("stop_gradient", x), anyType),
  name: "stop_gradient",
  summary: "x itself; no gradient passes through it.",
  stopsGradient: true,
  options: {},
  positional: [],
  examples: [{ nn: "stop_gradient", type: "i32[4] -> i32[4]" }],
  source: "https://keras.io/api/ops/core/#stop_gradient-function",
});

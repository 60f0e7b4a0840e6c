import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const sin = defineFunction({
  ...elementwise((g, x) => g.map("sin", x)),
  name: "sin",
  summary: "The sine of an angle in radians.",
  options: {},
  positional: [],
  examples: [{ nn: "sin", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#sin-function",
});

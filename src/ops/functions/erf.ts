import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const erf = defineFunction({
  ...elementwise((g, x) => g.map("erf", x)),
  name: "erf",
  summary: "The error function.",
  options: {},
  positional: [],
  examples: [{ nn: "erf", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#erf-function",
});

import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const erfinv = defineFunction({
  ...elementwise((g, x) => g.map("erfinv", x)),
  name: "erfinv",
  summary: "The inverse of the error function.",
  options: {},
  positional: [],
  domain: [-0.9, 0.9],
  examples: [{ nn: "erfinv", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/core/#erfinv-function",
});

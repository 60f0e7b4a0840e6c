import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const reciprocal = defineFunction({
  ...elementwise((g, x) => g.map("reciprocal", x)),
  name: "reciprocal",
  summary: "1 / x.",
  options: {},
  positional: [],
  domain: [0.3, 2],
  examples: [{ nn: "reciprocal", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#reciprocal-function",
});

import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const tan = defineFunction({
  ...elementwise((g, x) => g.map("tan", x)),
  name: "tan",
  summary: "The tangent.",
  options: {},
  positional: [],
  domain: [-1.2, 1.2],
  examples: [{ nn: "tan", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#tan-function",
});

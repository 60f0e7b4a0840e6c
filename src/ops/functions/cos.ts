import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const cos = defineFunction({
  ...elementwise((g, x) => g.map("cos", x)),
  name: "cos",
  summary: "The cosine of an angle in radians.",
  options: {},
  positional: [],
  examples: [{ nn: "cos", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#cos-function",
});

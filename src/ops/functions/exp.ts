import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const exp = defineFunction({
  ...elementwise((g, x) => g.map("exp", x)),
  name: "exp",
  summary: "e^x.",
  options: {},
  positional: [],
  examples: [{ nn: "exp", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#exp-function",
});

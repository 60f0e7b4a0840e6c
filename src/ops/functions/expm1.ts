import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const expm1 = defineFunction({
  ...elementwise((g, x) => g.map("expm1", x)),
  name: "expm1",
  summary: "exp(x) - 1, exact near 0.",
  options: {},
  positional: [],
  examples: [{ nn: "expm1", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#expm1-function",
});

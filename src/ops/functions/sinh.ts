import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const sinh = defineFunction({
  ...elementwise((g, x) => g.mul(g.sub(g.map("expm1", x), g.map("expm1", g.map("neg", x))), 0.5)),
  name: "sinh",
  summary: "The hyperbolic sine.",
  options: {},
  positional: [],
  examples: [{ nn: "sinh", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#sinh-function",
});

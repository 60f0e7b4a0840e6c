import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const cosh = defineFunction({
  ...elementwise((g, x) => g.mul(g.add(g.map("exp", x), g.map("exp", g.map("neg", x))), 0.5)),
  name: "cosh",
  summary: "The hyperbolic cosine.",
  options: {},
  positional: [],
  examples: [{ nn: "cosh", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#cosh-function",
});

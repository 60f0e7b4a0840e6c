import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const arctanh = defineFunction({
  ...elementwise((g, x) => g.mul(g.sub(g.map("log1p", x), g.map("log1p", g.map("neg", x))), 0.5)),
  name: "arctanh",
  aliases: ["atanh"],
  summary: "The inverse of the hyperbolic tangent.",
  options: {},
  positional: [],
  domain: [-0.9, 0.9],
  examples: [{ nn: "arctanh", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#arctanh-function",
});

import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const arccosh = defineFunction({
  ...elementwise((g, x) =>
    g.map("log1p", g.add(g.sub(x, 1), g.mul(g.map("sqrt", g.sub(x, 1)), g.map("sqrt", g.add(x, 1))))),
  ),
  name: "arccosh",
  aliases: ["acosh"],
  summary: "The inverse of the hyperbolic cosine, for x ≥ 1.",
  options: {},
  positional: [],
  domain: [1.2, 3],
  examples: [{ nn: "arccosh", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#arccosh-function",
});

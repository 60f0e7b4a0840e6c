import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const arcsin = defineFunction({
  ...elementwise((g, x) => {
    const side = g.map("sqrt", g.mul(g.sub(1, x), g.add(x, 1)));
    return g.mul(g.map("atan", g.div(x, g.add(side, 1))), 2);
  }),
  name: "arcsin",
  aliases: ["asin"],
  summary: "The angle in [-π/2, π/2] whose sine is x.",
  options: {},
  positional: [],
  domain: [-0.9, 0.9],
  examples: [{ nn: "arcsin", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#arcsin-function",
});

import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const sinc = defineFunction({
  ...elementwise((g, x) => {
    const zero = g.map("eq", x, 0);
    const angle = g.select(zero, 1, g.mul(x, Math.PI));
    return g.select(zero, 1, g.div(g.map("sin", angle), angle));
  }),
  name: "sinc",
  summary: "sin(πx) / (πx), and 1 at 0.",
  options: {},
  positional: [],
  examples: [{ nn: "sinc", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#sinc-function",
});

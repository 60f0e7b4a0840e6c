import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const arccos = defineFunction({
  ...elementwise((g, x) => g.mul(g.map("atan", g.map("sqrt", g.div(g.sub(1, x), g.add(x, 1)))), 2)),
  name: "arccos",
  aliases: ["acos"],
  summary: "The angle in [0, π] whose cosine is x.",
  options: {},
  positional: [],
  domain: [-0.9, 0.9],
  examples: [{ nn: "arccos", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#arccos-function",
});

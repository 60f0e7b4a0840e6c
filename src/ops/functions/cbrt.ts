import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const cbrt = defineFunction({
  ...elementwise((g, x) => g.mul(g.map("sign", x), g.map("pow", g.map("abs", x), 1 / 3))),
  name: "cbrt",
  summary: "The cube root.",
  options: {},
  positional: [],
  domain: [0.3, 2],
  examples: [{ nn: "cbrt", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#cbrt-function",
});

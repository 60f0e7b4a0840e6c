import { defineFunction } from "../definition.ts";
import { elementwise, numeric } from "../elementwise.ts";

export const trunc = defineFunction({
  ...elementwise(
    (g, x) => (x.type.dtype === "i32" ? x : g.select(g.map("lt", x, 0), g.map("ceil", x), g.map("floor", x))),
    numeric,
  ),
  name: "trunc",
  stopsGradient: true,
  summary: "The whole part of x: rounds towards zero.",
  options: {},
  positional: [],
  examples: [{ nn: "trunc", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#trunc-function",
});

import { defineFunction } from "../definition.ts";
import { elementwise, numeric } from "../elementwise.ts";

export const floor = defineFunction({
  ...elementwise((g, x) => g.map("floor", g.cast(x, "f32")), numeric, "f32"),
  name: "floor",
  stopsGradient: true,
  summary: "The largest whole number that is not above x.",
  options: {},
  positional: [],
  examples: [{ nn: "floor", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#floor-function",
});

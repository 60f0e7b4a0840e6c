import { defineFunction } from "../definition.ts";
import { elementwise, numeric } from "../elementwise.ts";

export const square = defineFunction({
  ...elementwise((g, x) => g.map("square", x), numeric),
  name: "square",
  summary: "x².",
  options: {},
  positional: [],
  examples: [{ nn: "square", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#square-function",
});

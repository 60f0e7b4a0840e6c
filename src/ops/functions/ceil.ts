import { defineFunction } from "../definition.ts";
import { elementwise, numeric } from "../elementwise.ts";

export const ceil = defineFunction({
  ...elementwise((g, x) => g.map("ceil", g.cast(x, "f32")), numeric, "f32"),
  name: "ceil",
  stopsGradient: true,
  summary: "The smallest whole number that is not below x.",
  options: {},
  positional: [],
  examples: [{ nn: "ceil", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#ceil-function",
});

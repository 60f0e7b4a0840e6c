import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const isnan = defineFunction({
  ...elementwise((g, x) => g.map("ne", x, x), ["f32"], "bool"),
  name: "isnan",
  summary: "Whether x is not a number.",
  options: {},
  positional: [],
  examples: [{ nn: "isnan", type: "f32[4] -> bool[4]" }],
  source: "https://keras.io/api/ops/numpy/#isnan-function",
});

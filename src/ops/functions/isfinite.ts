import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const isfinite = defineFunction({
  ...elementwise((g, x) => g.map("is_finite", x), ["f32"], "bool"),
  name: "isfinite",
  summary: "Whether x is neither infinite nor NaN.",
  options: {},
  positional: [],
  examples: [{ nn: "isfinite", type: "f32[4] -> bool[4]" }],
  source: "https://keras.io/api/ops/numpy/#isfinite-function",
});

import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const log1p = defineFunction({
  ...elementwise((g, x) => g.map("log1p", x)),
  name: "log1p",
  summary: "log(1 + x).",
  options: {},
  positional: [],
  domain: [0.3, 2],
  examples: [{ nn: "log1p", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#log1p-function",
});

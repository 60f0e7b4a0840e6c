import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const rsqrt = defineFunction({
  ...elementwise((g, x) => g.map("rsqrt", x)),
  name: "rsqrt",
  summary: "1 / √x.",
  options: {},
  positional: [],
  domain: [0.3, 2],
  examples: [{ nn: "rsqrt", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#rsqrt-function",
});

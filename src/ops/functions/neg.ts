import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const neg = defineFunction({
  ...elementwise((g, x) => g.map("neg", x)),
  name: "neg",
  prefix: "-",
  summary: "-x.",
  options: {},
  positional: [],
  examples: [{ nn: "neg", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#negative-function",
});

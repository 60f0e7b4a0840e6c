import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const exp2 = defineFunction({
  ...elementwise((g, x) => g.map("pow", g.constant(2, x.type), x)),
  name: "exp2",
  summary: "2 to the power of x.",
  options: {},
  positional: [],
  examples: [{ nn: "exp2", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#exp2-function",
});

import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";

export const isinf = defineFunction({
  ...elementwise((g, x) => g.map("eq", g.map("abs", x), Number.POSITIVE_INFINITY), ["f32"], "bool"),
  name: "isinf",
  summary: "Whether x is infinite.",
  options: {},
  positional: [],
  examples: [{ nn: "isinf", type: "f32[4] -> bool[4]" }],
  source: "https://keras.io/api/ops/numpy/#isinf-function",
});

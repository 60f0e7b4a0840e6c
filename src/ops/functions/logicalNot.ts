import { defineFunction } from "../definition.ts";
import { anyType, elementwise } from "../elementwise.ts";

export const logicalNot = defineFunction({
  ...elementwise((g, x) => g.map("not", g.cast(x, "bool")), anyType, "bool"),
  name: "logical_not",
  summary: "Whether x does not hold; numbers other than 0 count as true.",
  options: {},
  positional: [],
  prefix: "not",
  examples: [{ nn: "logical_not", type: "bool[4, 3] -> bool[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#logical_not-function",
});

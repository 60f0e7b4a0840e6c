import { connective } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const logicalAnd = defineFunction({
  ...connective((g, a, b) => g.map("and", a, b)),
  name: "logical_and",
  infix: "and",
  summary: "Whether both a and b hold; numbers other than 0 count as true.",
  examples: [{ nn: "logical_and()", type: "bool[4, 3], bool[3] -> bool[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#logical_and-function",
});

import { connective } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const logicalOr = defineFunction({
  ...connective((g, a, b) => g.map("or", a, b)),
  name: "logical_or",
  infix: "or",
  summary: "Whether a or b holds; numbers other than 0 count as true.",
  examples: [{ nn: "logical_or()", type: "bool[4, 3], bool[3] -> bool[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#logical_or-function",
});

import { connective } from "../arithmetic.ts";
import { defineFunction } from "../definition.ts";

export const logicalXor = defineFunction({
  ...connective((g, a, b) => g.map("ne", a, b)),
  name: "logical_xor",
  summary: "Whether exactly one of a and b holds; numbers other than 0 count as true.",
  examples: [{ nn: "logical_xor()", type: "bool[4, 3], bool[3] -> bool[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#logical_xor-function",
});

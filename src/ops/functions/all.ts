import { defineFunction } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { alwaysBool, extreme, reduction } from "../reducing.ts";

export const all = defineFunction({
  ...reduction({
    takes: anyType,
    gives: alwaysBool,
    compute: (g, x, axes) => extreme(g, "min", g.cast(x, "bool"), axes),
  }),
  name: "all",
  summary: "Whether all elements along the axes are other than 0.",
  examples: [{ nn: "all(1, keepdims: true)", type: "bool[4, 3] -> bool[1, 3]" }],
  source: "https://keras.io/api/ops/numpy/#all-function",
});

import { defineFunction } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { alwaysBool, extreme, reduction } from "../reducing.ts";

export const any = defineFunction({
  ...reduction({
    takes: anyType,
    gives: alwaysBool,
    compute: (g, x, axes) => extreme(g, "max", g.cast(x, "bool"), axes),
  }),
  name: "any",
  summary: "Whether any element along the axes is other than 0.",
  examples: [
    { nn: "any", type: "bool[4, 3] -> bool[]" },
    { nn: "any(-1)", type: "f32[4, 3] -> bool[4]" },
  ],
  source: "https://keras.io/api/ops/numpy/#any-function",
});

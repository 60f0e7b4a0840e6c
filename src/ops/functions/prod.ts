import { defineFunction } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { productOver, reduction, summed } from "../reducing.ts";

export const prod = defineFunction({
  ...reduction({
    takes: anyType,
    gives: summed,
    compute: (g, x, axes) => productOver(g, x.type.dtype === "bool" ? g.cast(x, "i32") : x, axes),
  }),
  name: "prod",
  summary: "The product along axes.",
  examples: [
    { nn: "prod", type: "f32[2, 3] -> f32[]" },
    { nn: "prod(-1, keepdims: true)", type: "f32[2, 5] -> f32[2, 1]" },
  ],
  source: "https://keras.io/api/ops/numpy/#prod-function",
});

import { defineFunction } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { reduction } from "../reducing.ts";

const part = reduction({
  takes: anyType,
  gives: () => "i32",
  compute: (g, x, axes) => g.sum(g.cast(g.cast(x, "bool"), "i32"), axes, true),
});

export const countNonzero = defineFunction({
  ...part,
  name: "count_nonzero",
  summary: "The number of elements along axes that are other than 0.",
  options: { axis: part.options.axis },
  positional: ["axis"],
  examples: [{ nn: "count_nonzero(-1)", type: "i32[4, 3] -> i32[4]" }],
  source: "https://keras.io/api/ops/numpy/#count_nonzero-function",
});

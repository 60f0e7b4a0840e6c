import { defineFunction } from "../definition.ts";
import { numbers } from "../options.ts";
import { lookOptions, methodOption, quantiles, quantileType } from "../quantile.ts";

export const percentile = defineFunction({
  name: "percentile",
  summary:
    "The elements at q percent of the order. A list of these gives an axis in front of the others (of a sample).",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...] or [percentages, ...]",
  options: {
    q: {
      type: { kind: "numbers", single: true, min: 0, max: 100 },
      required: true,
      doc: "A percentage, or a list of these.",
    },
    axis: lookOptions.axis,
    method: methodOption,
    keepdims: lookOptions.keepdims,
  },
  positional: ["q", "axis"],
  shape: quantileType,
  expand: (g, call) =>
    quantiles(
      g,
      call,
      numbers(call.options, "q").map((q) => q / 100),
    ),
  examples: [{ nn: "percentile(75)", type: "f32[6] -> f32[]" }],
  source: "https://keras.io/api/ops/numpy/#percentile-function",
});

import { defineFunction } from "../definition.ts";
import { numbers } from "../options.ts";
import { lookOptions, methodOption, quantiles, quantileType } from "../quantile.ts";

export const quantile = defineFunction({
  name: "quantile",
  summary:
    "The elements at shares q of the order. A list of shares gives an axis in front of the others (of a sample).",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...] or [shares, ...]",
  options: {
    q: {
      type: { kind: "numbers", single: true, min: 0, max: 1 },
      required: true,
      doc: "A share, or a list of shares.",
    },
    axis: lookOptions.axis,
    method: methodOption,
    keepdims: lookOptions.keepdims,
  },
  positional: ["q", "axis"],
  shape: quantileType,
  expand: (g, call) => quantiles(g, call, numbers(call.options, "q")),
  examples: [
    { nn: "quantile(0.3, axis: -1)", type: "f32[2, 5] -> f32[2]" },
    { nn: "quantile([0.1, 0.5], axis: 1, keepdims: true)", type: "f32[4, 2] -> f32[2, 1, 2]" },
  ],
  source: "https://keras.io/api/ops/numpy/#quantile-function",
});

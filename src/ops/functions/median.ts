import { defineFunction } from "../definition.ts";
import { lookOptions, quantiles, quantileType } from "../quantile.ts";

export const median = defineFunction({
  name: "median",
  summary: "The middle element of the order, or the mean of the two in the middle.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: lookOptions,
  positional: ["axis"],
  shape: quantileType,
  expand: (g, call) => quantiles(g, { ...call, options: { ...call.options, method: "linear" } }, [0.5]),
  examples: [
    { nn: "median(axis: -1)", type: "f32[2, 5] -> f32[2]" },
    { nn: "median()", type: "f32[2, 3] -> f32[]" },
  ],
  source: "https://keras.io/api/ops/numpy/#median-function",
});

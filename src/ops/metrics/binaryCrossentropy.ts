import { defineMetric } from "../definition.ts";
import { binaryCrossentropy as loss } from "../losses/binaryCrossentropy.ts";
import { meanMetric } from "../metric.ts";

export const binaryCrossentropy = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => loss.expand(g, prediction, target, options)),
  name: "binary_crossentropy",
  summary: "The binary cross-entropy, as a figure to watch.",
  options: loss.options,
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/probabilistic_metrics/",
});

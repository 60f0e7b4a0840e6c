import { defineMetric } from "../definition.ts";
import { categoricalCrossentropy as loss } from "../losses/categoricalCrossentropy.ts";
import { meanMetric } from "../metric.ts";

export const categoricalCrossentropy = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => loss.expand(g, prediction, target, options)),
  name: "categorical_crossentropy",
  summary: "The cross-entropy of classes, as a figure to watch.",
  options: loss.options,
  positional: [],
  higherIsBetter: false,
  fits: "classes",
  source: "https://keras.io/api/metrics/probabilistic_metrics/",
});

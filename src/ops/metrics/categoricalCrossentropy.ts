import { defineMetric } from "../definition.ts";
import { categoricalCrossentropy as loss } from "../losses/categoricalCrossentropy.ts";
import { meanOfLoss } from "../metric.ts";

export const categoricalCrossentropy = defineMetric({
  ...meanOfLoss(loss),
  name: "categorical_crossentropy",
  summary: "The cross-entropy of classes, as a figure to watch.",
  positional: [],
  higherIsBetter: false,
  fits: "classes",
  source: "https://keras.io/api/metrics/probabilistic_metrics/",
});

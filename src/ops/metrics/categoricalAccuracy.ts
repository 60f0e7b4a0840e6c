import { categoricalHits } from "../accuracy.ts";
import { defineMetric } from "../definition.ts";
import { meanMetric } from "../metric.ts";

export const categoricalAccuracy = defineMetric({
  ...meanMetric((g, { prediction, target }) => categoricalHits(g, prediction, target)),
  name: "categorical_accuracy",
  summary: "How often the largest prediction is where the largest target is.",
  options: {},
  positional: [],
  higherIsBetter: true,
  fits: "classes",
  source: "https://keras.io/api/metrics/accuracy_metrics/",
});

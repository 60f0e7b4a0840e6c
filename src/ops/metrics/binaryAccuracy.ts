import { binaryHits } from "../accuracy.ts";
import { defineMetric } from "../definition.ts";
import { meanMetric } from "../metric.ts";
import { numberOf, numberOption } from "../options.ts";

export const binaryAccuracy = defineMetric({
  ...meanMetric((g, { prediction, target, options }) =>
    binaryHits(g, prediction, target, numberOf(options, "threshold")),
  ),
  name: "binary_accuracy",
  summary: "The share of predictions on the right side of a threshold.",
  options: { threshold: numberOption(0.5, "Predictions above it count as 1.") },
  positional: [],
  higherIsBetter: true,
  fits: "numbers",
  source: "https://keras.io/api/metrics/accuracy_metrics/",
});

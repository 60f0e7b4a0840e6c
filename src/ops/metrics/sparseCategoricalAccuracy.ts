import { sparseHits } from "../accuracy.ts";
import { defineMetric } from "../definition.ts";
import { meanMetric } from "../metric.ts";

export const sparseCategoricalAccuracy = defineMetric({
  ...meanMetric((g, { prediction, target }) => sparseHits(g, prediction, target)),
  name: "sparse_categorical_accuracy",
  summary: "How often the largest prediction is at the class index.",
  options: {},
  positional: [],
  higherIsBetter: true,
  fits: "indices",
  onShares: "categorical_accuracy",
  source: "https://keras.io/api/metrics/accuracy_metrics/",
});

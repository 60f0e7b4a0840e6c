import { defineMetric } from "../definition.ts";
import { sparseCategoricalCrossentropy as loss, sparseValues } from "../losses/sparseCategoricalCrossentropy.ts";
import { meanMetric } from "../metric.ts";

export const sparseCategoricalCrossentropy = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => sparseValues(g, prediction, target, options)),
  name: "sparse_categorical_crossentropy",
  summary: "The cross-entropy of class indices, as a figure to watch.",
  options: loss.options,
  positional: [],
  higherIsBetter: false,
  fits: "indices",
  onShares: "categorical_crossentropy",
  source: "https://keras.io/api/metrics/probabilistic_metrics/",
});

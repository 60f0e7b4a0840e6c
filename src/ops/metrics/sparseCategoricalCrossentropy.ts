import { defineMetric } from "../definition.ts";
import { sparseCategoricalCrossentropy as loss } from "../losses/sparseCategoricalCrossentropy.ts";
import { meanOfLoss } from "../metric.ts";

export const sparseCategoricalCrossentropy = defineMetric({
  ...meanOfLoss(loss),
  name: "sparse_categorical_crossentropy",
  summary: "The cross-entropy of class indices, as a figure to watch.",
  positional: [],
  higherIsBetter: false,
  fits: "indices",
  onShares: "categorical_crossentropy",
  source: "https://keras.io/api/metrics/probabilistic_metrics/",
});

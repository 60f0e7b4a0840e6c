import { defineMetric } from "../definition.ts";
import { binaryCrossentropy as loss } from "../losses/binaryCrossentropy.ts";
import { meanOfLoss } from "../metric.ts";

export const binaryCrossentropy = defineMetric({
  ...meanOfLoss(loss),
  name: "binary_crossentropy",
  summary: "The binary cross-entropy, as a figure to watch.",
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/probabilistic_metrics/",
});

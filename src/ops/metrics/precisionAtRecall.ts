import {
  boundOption,
  choiceMisfit,
  classIdOption,
  countingMetric,
  evenThresholds,
  largestWhere,
  numThresholds,
  shareOf,
} from "../confusion.ts";
import { defineMetric } from "../definition.ts";
import { numberOf } from "../options.ts";

export const precisionAtRecall = defineMetric({
  ...countingMetric(["true_positives", "false_positives", "true_negatives", "false_negatives"], (options) =>
    evenThresholds(numberOf(options, "num_thresholds")),
  ),
  name: "precision_at_recall",
  aliases: ["PrecisionAtRecall"],
  summary: "The best precision at a threshold that leaves a given recall.",
  options: {
    recall: boundOption("The least recall."),
    num_thresholds: numThresholds,
    class_id: classIdOption,
  },
  positional: ["recall"],
  misfit: choiceMisfit,
  result: (g, state, options) =>
    largestWhere(
      g,
      shareOf(g, state, "true_positives", "false_negatives"),
      numberOf(options, "recall"),
      shareOf(g, state, "true_positives", "false_positives"),
    ),
  higherIsBetter: true,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/",
});

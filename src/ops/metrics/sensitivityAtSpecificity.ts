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

export const sensitivityAtSpecificity = defineMetric({
  ...countingMetric(["true_positives", "false_positives", "true_negatives", "false_negatives"], (options) =>
    evenThresholds(numberOf(options, "num_thresholds")),
  ),
  name: "sensitivity_at_specificity",
  aliases: ["SensitivityAtSpecificity"],
  summary: "The best sensitivity, TP / (TP + FN), at a threshold that leaves a given specificity, TN / (TN + FP).",
  options: {
    specificity: boundOption("The least specificity."),
    num_thresholds: numThresholds,
    class_id: classIdOption,
  },
  positional: ["specificity"],
  misfit: choiceMisfit,
  result: (g, state, options) =>
    largestWhere(
      g,
      shareOf(g, state, "true_negatives", "false_positives"),
      numberOf(options, "specificity"),
      shareOf(g, state, "true_positives", "false_negatives"),
    ),
  higherIsBetter: true,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/",
});

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

export const specificityAtSensitivity = defineMetric({
  ...countingMetric(["true_positives", "false_positives", "true_negatives", "false_negatives"], (options) =>
    evenThresholds(numberOf(options, "num_thresholds")),
  ),
  name: "specificity_at_sensitivity",
  aliases: ["SpecificityAtSensitivity"],
  summary: "The best specificity, TN / (TN + FP), at a threshold that leaves a given sensitivity, TP / (TP + FN).",
  options: {
    sensitivity: boundOption("The least sensitivity."),
    num_thresholds: numThresholds,
    class_id: classIdOption,
  },
  positional: ["sensitivity"],
  misfit: choiceMisfit,
  result: (g, state, options) =>
    largestWhere(
      g,
      shareOf(g, state, "true_positives", "false_negatives"),
      numberOf(options, "sensitivity"),
      shareOf(g, state, "true_negatives", "false_positives"),
    ),
  higherIsBetter: true,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/",
});

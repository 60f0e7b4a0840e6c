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

export const recallAtPrecision = defineMetric({
  ...countingMetric(["true_positives", "false_positives", "true_negatives", "false_negatives"], (options) =>
    evenThresholds(numberOf(options, "num_thresholds")),
  ),
  name: "recall_at_precision",
  aliases: ["RecallAtPrecision"],
  summary: "The best recall at a threshold that leaves a given precision.",
  options: {
    precision: boundOption("The least precision."),
    num_thresholds: numThresholds,
    class_id: classIdOption,
  },
  positional: ["precision"],
  misfit: choiceMisfit,
  result: (g, state, options) =>
    largestWhere(
      g,
      shareOf(g, state, "true_positives", "false_positives"),
      numberOf(options, "precision"),
      shareOf(g, state, "true_positives", "false_negatives"),
    ),
  higherIsBetter: true,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/",
});

import {
  choiceMisfit,
  classIdOption,
  countingMetric,
  givenThresholds,
  shareOf,
  thresholdsOption,
  topKOption,
  unlisted,
} from "../confusion.ts";
import { defineMetric } from "../definition.ts";

export const precision = defineMetric({
  ...countingMetric(["true_positives", "false_positives"], givenThresholds),
  name: "precision",
  aliases: ["Precision"],
  summary: "The share of right ones among all answers of yes. A class index counts as a row of 0 and 1.",
  options: { thresholds: thresholdsOption, top_k: topKOption, class_id: classIdOption },
  positional: ["thresholds"],
  misfit: choiceMisfit,
  result: (g, state) => unlisted(g, shareOf(g, state, "true_positives", "false_positives")),
  higherIsBetter: true,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/",
});

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

export const recall = defineMetric({
  ...countingMetric(["true_positives", "false_negatives"], givenThresholds),
  name: "recall",
  aliases: ["Recall"],
  summary: "The share of what is a yes that the answers find. A class index counts as a row of 0 and 1.",
  options: { thresholds: thresholdsOption, top_k: topKOption, class_id: classIdOption },
  positional: ["thresholds"],
  misfit: choiceMisfit,
  result: (g, state) => unlisted(g, shareOf(g, state, "true_positives", "false_negatives")),
  higherIsBetter: true,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/",
});

import { countingMetric, givenThresholds, thresholdsOption, unlisted } from "../confusion.ts";
import { defineMetric } from "../definition.ts";
import { stateOf } from "../metric.ts";

export const falseNegatives = defineMetric({
  ...countingMetric(["false_negatives"], givenThresholds),
  name: "false_negatives",
  aliases: ["FalseNegatives"],
  summary: "How many answers are a no, and wrongly so. A class index counts as a row of 0 and 1.",
  options: { thresholds: thresholdsOption },
  positional: ["thresholds"],
  result: (g, state) => unlisted(g, stateOf(state, "false_negatives")),
  higherIsBetter: false,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/",
});

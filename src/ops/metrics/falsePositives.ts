import { countingMetric, givenThresholds, thresholdsOption, unlisted } from "../confusion.ts";
import { defineMetric } from "../definition.ts";
import { stateOf } from "../metric.ts";

export const falsePositives = defineMetric({
  ...countingMetric(["false_positives"], givenThresholds),
  name: "false_positives",
  aliases: ["FalsePositives"],
  summary: "How many answers are a yes, and wrongly so. A class index counts as a row of 0 and 1.",
  options: { thresholds: thresholdsOption },
  positional: ["thresholds"],
  result: (g, state) => unlisted(g, stateOf(state, "false_positives")),
  higherIsBetter: false,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/",
});

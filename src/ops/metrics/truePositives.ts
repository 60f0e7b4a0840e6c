import { countingMetric, givenThresholds, thresholdsOption, unlisted } from "../confusion.ts";
import { defineMetric } from "../definition.ts";
import { stateOf } from "../metric.ts";

export const truePositives = defineMetric({
  ...countingMetric(["true_positives"], givenThresholds),
  name: "true_positives",
  aliases: ["TruePositives"],
  summary: "How many answers are a yes, and rightly so. A class index counts as a row of 0 and 1.",
  options: { thresholds: thresholdsOption },
  positional: ["thresholds"],
  result: (g, state) => unlisted(g, stateOf(state, "true_positives")),
  higherIsBetter: true,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/",
});

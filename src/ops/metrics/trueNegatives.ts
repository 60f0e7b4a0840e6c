import { countingMetric, givenThresholds, thresholdsOption, unlisted } from "../confusion.ts";
import { defineMetric } from "../definition.ts";
import { stateOf } from "../metric.ts";

export const trueNegatives = defineMetric({
  ...countingMetric(["true_negatives"], givenThresholds),
  name: "true_negatives",
  aliases: ["TrueNegatives"],
  summary: "How many answers are a no, and rightly so. A class index counts as a row of 0 and 1.",
  options: { thresholds: thresholdsOption },
  positional: ["thresholds"],
  result: (g, state) => unlisted(g, stateOf(state, "true_negatives")),
  higherIsBetter: true,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/",
});

import { defineMetric } from "../definition.ts";
import { averageOption, fScoreMetric, thresholdOption } from "../fScore.ts";

export const f1Score = defineMetric({
  ...fScoreMetric(() => 1),
  name: "f1_score",
  aliases: ["F1Score", "f1"],
  summary: "The harmonic mean of precision and recall. A class index counts as a row of 0 and 1.",
  options: { average: averageOption, threshold: thresholdOption },
  positional: ["average"],
  higherIsBetter: true,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/#f1score-class",
});

import { defineMetric } from "../definition.ts";
import { averageOption, fScoreMetric, thresholdOption } from "../fScore.ts";
import { numberOf } from "../options.ts";

export const fbetaScore = defineMetric({
  ...fScoreMetric((options) => numberOf(options, "beta")),
  name: "fbeta_score",
  aliases: ["f_beta_score", "FBetaScore"],
  summary: "A mean of precision and recall in which recall weighs beta² times as much.",
  options: {
    average: averageOption,
    beta: {
      type: { kind: "float", min: 0, openMin: true },
      default: 1,
      doc: "Above 1 recall counts more, below 1 precision.",
    },
    threshold: thresholdOption,
  },
  positional: ["average", "beta"],
  higherIsBetter: true,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/#fbetascore-class",
});

import { defineMetric } from "../definition.ts";
import { axisMisfit, cosines, numbersOf } from "../loss.ts";
import { meanMetric } from "../metric.ts";
import { axisOption, numberOf } from "../options.ts";

export const cosineSimilarity = defineMetric({
  ...meanMetric((g, { prediction, target, options }) =>
    cosines(g, numbersOf(g, prediction, target), numberOf(options, "axis")),
  ),
  name: "cosine_similarity",
  aliases: ["CosineSimilarity"],
  summary: "The mean cosine of the angle between prediction and target: 1 where they point the same way.",
  options: { axis: axisOption(-1, "The axis along which the vectors lie.") },
  positional: [],
  misfit: axisMisfit,
  higherIsBetter: true,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/#cosinesimilarity-class",
});

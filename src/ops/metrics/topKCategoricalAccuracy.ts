import { categoricalTopHits } from "../accuracy.ts";
import { defineMetric } from "../definition.ts";
import { meanMetric, topK } from "../metric.ts";
import { numberOf } from "../options.ts";

export const topKCategoricalAccuracy = defineMetric({
  ...meanMetric((g, { prediction, target, options }) =>
    categoricalTopHits(g, prediction, target, numberOf(options, "k")),
  ),
  name: "top_k_categorical_accuracy",
  aliases: ["TopKCategoricalAccuracy"],
  elsewhere: ["top5", "top_5"],
  summary: "How often the right class is among the k largest predictions; equal ones count in its favour.",
  options: { k: topK },
  positional: ["k"],
  higherIsBetter: true,
  fits: "classes",
  source: "https://keras.io/api/metrics/accuracy_metrics/#topkcategoricalaccuracy-class",
});

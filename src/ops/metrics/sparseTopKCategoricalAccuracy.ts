import type { Builder, Value } from "../../ir/builder.ts";
import { sparseTopHits } from "../accuracy.ts";
import { defineMetric, type MetricCall } from "../definition.ts";
import { meanMetric, topK } from "../metric.ts";
import { flag, flagOption, numberOf } from "../options.ts";

/** Returns 1 for each row whose first k predictions, which are class indices, hold the right one. */
function listed(g: Builder, { prediction, target, options }: MetricCall): Value {
  const { shape } = prediction.type;
  const first = Math.min(numberOf(options, "k"), Number(shape[shape.length - 1]));
  const ids = g.slice(
    prediction,
    shape.map(() => 0),
    [...shape.slice(0, -1), first],
  );
  const wanted = g.reshape(g.cast(target, "f32"), [...shape.slice(0, -1), 1]);
  return g.max(g.cast(g.map("eq", ids, wanted), "f32"), [-1]);
}

export const sparseTopKCategoricalAccuracy = defineMetric({
  ...meanMetric((g, call) =>
    flag(call.options, "from_sorted_ids")
      ? listed(g, call)
      : sparseTopHits(g, call.prediction, call.target, numberOf(call.options, "k")),
  ),
  name: "sparse_top_k_categorical_accuracy",
  aliases: ["SparseTopKCategoricalAccuracy"],
  summary: "How often the class index is among the k largest predictions; equal ones count in its favour.",
  options: {
    k: topK,
    from_sorted_ids: flagOption(false, "Whether a prediction is a list of class indices, the likeliest first."),
  },
  positional: ["k"],
  higherIsBetter: true,
  fits: "indices",
  onShares: "top_k_categorical_accuracy",
  source: "https://keras.io/api/metrics/accuracy_metrics/#sparsetopkcategoricalaccuracy-class",
});

import type { Builder, Value } from "../../ir/builder.ts";
import { binaryHits, categoricalHits } from "../accuracy.ts";
import { defineMetric, type MetricCall } from "../definition.ts";
import { isClassIndex } from "../loss.ts";
import { meanMetric } from "../metric.ts";

/** One sigmoid or one logit is yes or no; several numbers are classes, unless each is a yes or no of its own. */
function hits(g: Builder, { prediction, target, form }: MetricCall): Value {
  const classes = prediction.type.shape[prediction.type.shape.length - 1];
  const single = prediction.type.shape.length === 1 || classes === 1;
  const several = form === "sigmoid" && !isClassIndex(prediction, target);
  if (single || several) return binaryHits(g, prediction, target, form === "logits" ? 0 : 0.5);
  return categoricalHits(g, prediction, target);
}

export const accuracy = defineMetric({
  ...meanMetric(hits),
  name: "accuracy",
  aliases: ["acc"],
  elsewhere: ["val_accuracy", "val_acc"],
  summary: "The share of right answers: the largest of several classes, or the right side of 0.5 (0 for a logit).",
  options: {},
  positional: [],
  higherIsBetter: true,
  fits: "anything",
  usualFor: "classes",
  source: "https://keras.io/api/metrics/accuracy_metrics/",
});

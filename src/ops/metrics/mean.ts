import { defineMetric } from "../definition.ts";
import { meanMetric } from "../metric.ts";

export const mean = defineMetric({
  ...meanMetric((g, { prediction }) => g.cast(prediction, "f32")),
  name: "mean",
  aliases: ["Mean"],
  summary: "The mean of all predictions, whatever the targets are.",
  options: {},
  positional: [],
  higherIsBetter: true,
  fits: "unchecked",
  source: "https://keras.io/api/metrics/reduction_metrics/#mean-class",
});

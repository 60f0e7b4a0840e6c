import { defineMetric } from "../definition.ts";
import { meanAbsoluteError as loss } from "../losses/meanAbsoluteError.ts";
import { meanMetric } from "../metric.ts";

export const meanAbsoluteError = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => loss.expand(g, prediction, target, options)),
  name: "mean_absolute_error",
  aliases: ["mae", "MAE"],
  summary: "The mean of the absolute differences.",
  options: {},
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  usualFor: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

import { defineMetric } from "../definition.ts";
import { meanAbsoluteError as loss } from "../losses/meanAbsoluteError.ts";
import { meanOfLoss } from "../metric.ts";

export const meanAbsoluteError = defineMetric({
  ...meanOfLoss(loss),
  name: "mean_absolute_error",
  aliases: ["mae", "MAE"],
  summary: "The mean of the absolute differences.",
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  usualFor: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

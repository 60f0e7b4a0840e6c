import { defineMetric } from "../definition.ts";
import { meanAbsolutePercentageError as loss } from "../losses/meanAbsolutePercentageError.ts";
import { meanOfLoss } from "../metric.ts";

export const meanAbsolutePercentageError = defineMetric({
  ...meanOfLoss(loss),
  name: "mean_absolute_percentage_error",
  aliases: ["mape", "MAPE"],
  summary: "The mean of the absolute differences as a percentage of the target.",
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

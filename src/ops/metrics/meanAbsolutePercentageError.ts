import { defineMetric } from "../definition.ts";
import { meanAbsolutePercentageError as loss } from "../losses/meanAbsolutePercentageError.ts";
import { meanMetric } from "../metric.ts";

export const meanAbsolutePercentageError = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => loss.expand(g, prediction, target, options)),
  name: "mean_absolute_percentage_error",
  aliases: ["mape", "MAPE"],
  summary: "The mean of the absolute differences as a percentage of the target.",
  options: {},
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

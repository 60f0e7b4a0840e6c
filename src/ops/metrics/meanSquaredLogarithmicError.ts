import { defineMetric } from "../definition.ts";
import { meanSquaredLogarithmicError as loss } from "../losses/meanSquaredLogarithmicError.ts";
import { meanOfLoss } from "../metric.ts";

export const meanSquaredLogarithmicError = defineMetric({
  ...meanOfLoss(loss),
  name: "mean_squared_logarithmic_error",
  aliases: ["msle", "MSLE"],
  summary: "The mean of the squared differences of log(1 + x).",
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

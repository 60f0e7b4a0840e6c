import { defineMetric } from "../definition.ts";
import { meanSquaredError as loss } from "../losses/meanSquaredError.ts";
import { meanOfLoss } from "../metric.ts";

export const meanSquaredError = defineMetric({
  ...meanOfLoss(loss),
  name: "mean_squared_error",
  aliases: ["mse", "MSE"],
  summary: "The mean of the squared differences.",
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

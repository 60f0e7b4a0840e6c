import { defineMetric } from "../definition.ts";
import { meanSquaredError as loss } from "../losses/meanSquaredError.ts";
import { meanMetric } from "../metric.ts";

export const meanSquaredError = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => loss.expand(g, prediction, target, options)),
  name: "mean_squared_error",
  aliases: ["mse", "MSE"],
  summary: "The mean of the squared differences.",
  options: {},
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

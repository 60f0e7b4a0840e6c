import { defineMetric } from "../definition.ts";
import { meanSquaredLogarithmicError as loss } from "../losses/meanSquaredLogarithmicError.ts";
import { meanMetric } from "../metric.ts";

export const meanSquaredLogarithmicError = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => loss.expand(g, prediction, target, options)),
  name: "mean_squared_logarithmic_error",
  aliases: ["msle", "MSLE"],
  summary: "The mean of the squared differences of log(1 + x).",
  options: {},
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

import { defineMetric } from "../definition.ts";
import { logCosh as loss } from "../losses/logCosh.ts";
import { meanMetric } from "../metric.ts";

export const logCosh = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => loss.expand(g, prediction, target, options)),
  name: "log_cosh",
  aliases: ["logcosh", "log_cosh_error"],
  summary: "The mean of log(cosh(difference)).",
  options: {},
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

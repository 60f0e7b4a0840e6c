import { defineMetric } from "../definition.ts";
import { logCosh as loss } from "../losses/logCosh.ts";
import { meanOfLoss } from "../metric.ts";

export const logCosh = defineMetric({
  ...meanOfLoss(loss),
  name: "log_cosh",
  aliases: ["logcosh", "log_cosh_error"],
  summary: "The mean of log(cosh(difference)).",
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

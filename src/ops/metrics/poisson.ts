import { defineMetric } from "../definition.ts";
import { poisson as loss } from "../losses/poisson.ts";
import { meanMetric } from "../metric.ts";

export const poisson = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => loss.expand(g, prediction, target, options)),
  name: "poisson",
  summary: "prediction - target · log(prediction).",
  options: {},
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

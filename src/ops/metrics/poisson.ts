import { defineMetric } from "../definition.ts";
import { poisson as loss } from "../losses/poisson.ts";
import { meanOfLoss } from "../metric.ts";

export const poisson = defineMetric({
  ...meanOfLoss(loss),
  name: "poisson",
  summary: "prediction - target · log(prediction).",
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

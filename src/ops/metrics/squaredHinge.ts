import { defineMetric } from "../definition.ts";
import { squaredHinge as loss } from "../losses/squaredHinge.ts";
import { meanOfLoss } from "../metric.ts";

export const squaredHinge = defineMetric({
  ...meanOfLoss(loss),
  name: "squared_hinge",
  summary: "max(1 - target · prediction, 0)².",
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

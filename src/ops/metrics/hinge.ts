import { defineMetric } from "../definition.ts";
import { hinge as loss } from "../losses/hinge.ts";
import { meanOfLoss } from "../metric.ts";

export const hinge = defineMetric({
  ...meanOfLoss(loss),
  name: "hinge",
  summary: "max(1 - target · prediction, 0).",
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

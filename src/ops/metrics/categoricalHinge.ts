import { defineMetric } from "../definition.ts";
import { categoricalHinge as loss } from "../losses/categoricalHinge.ts";
import { meanOfLoss } from "../metric.ts";

export const categoricalHinge = defineMetric({
  ...meanOfLoss(loss),
  name: "categorical_hinge",
  summary: "max(largest wrong prediction - right prediction + 1, 0).",
  positional: [],
  higherIsBetter: false,
  fits: "classes",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

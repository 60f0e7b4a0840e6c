import { defineMetric } from "../definition.ts";
import { squaredHinge as loss } from "../losses/squaredHinge.ts";
import { meanMetric } from "../metric.ts";

export const squaredHinge = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => loss.expand(g, prediction, target, options)),
  name: "squared_hinge",
  summary: "max(1 - target · prediction, 0)².",
  options: {},
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

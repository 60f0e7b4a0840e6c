import { defineMetric } from "../definition.ts";
import { categoricalHinge as loss } from "../losses/categoricalHinge.ts";
import { meanMetric } from "../metric.ts";

export const categoricalHinge = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => loss.expand(g, prediction, target, options)),
  name: "categorical_hinge",
  summary: "max(largest wrong prediction - right prediction + 1, 0).",
  options: {},
  positional: [],
  higherIsBetter: false,
  fits: "classes",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

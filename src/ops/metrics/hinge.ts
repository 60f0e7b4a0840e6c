import { defineMetric } from "../definition.ts";
import { hinge as loss } from "../losses/hinge.ts";
import { meanMetric } from "../metric.ts";

export const hinge = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => loss.expand(g, prediction, target, options)),
  name: "hinge",
  summary: "max(1 - target · prediction, 0).",
  options: {},
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

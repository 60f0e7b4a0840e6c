import { correlationMisfit, pearson } from "../correlation.ts";
import { defineMetric } from "../definition.ts";
import { meanMetric } from "../metric.ts";
import { axisOption } from "../options.ts";

export const pearsonCorrelation = defineMetric({
  ...meanMetric(pearson),
  name: "pearson_correlation",
  aliases: ["PearsonCorrelation"],
  summary: "The mean correlation of predictions and targets within each sample, from -1 to 1.",
  options: { axis: axisOption(-1, "The axis along which to correlate, within each sample.") },
  positional: [],
  misfit: correlationMisfit,
  higherIsBetter: true,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

import { concordance, correlationMisfit } from "../correlation.ts";
import { defineMetric } from "../definition.ts";
import { meanMetric } from "../metric.ts";
import { axisOption } from "../options.ts";

export const concordanceCorrelation = defineMetric({
  ...meanMetric(concordance),
  name: "concordance_correlation",
  aliases: ["ConcordanceCorrelation"],
  summary: "The mean agreement of predictions and targets within each sample: 1 only where they are the same.",
  options: { axis: axisOption(-1, "The axis along which to correlate, within each sample.") },
  positional: [],
  misfit: correlationMisfit,
  higherIsBetter: true,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

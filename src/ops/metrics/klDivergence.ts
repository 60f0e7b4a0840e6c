import { defineMetric } from "../definition.ts";
import { klDivergence as loss } from "../losses/klDivergence.ts";
import { meanMetric } from "../metric.ts";

export const klDivergence = defineMetric({
  ...meanMetric((g, { prediction, target, options }) => loss.expand(g, prediction, target, options)),
  name: "kl_divergence",
  aliases: ["kld", "KLD"],
  summary: "target · log(target / prediction).",
  options: {},
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

import { defineMetric } from "../definition.ts";
import { klDivergence as loss } from "../losses/klDivergence.ts";
import { meanOfLoss } from "../metric.ts";

export const klDivergence = defineMetric({
  ...meanOfLoss(loss),
  name: "kl_divergence",
  aliases: ["kld", "KLD"],
  summary: "target · log(target / prediction).",
  positional: [],
  higherIsBetter: false,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/",
});

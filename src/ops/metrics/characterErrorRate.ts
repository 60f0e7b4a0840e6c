import { defineMetric } from "../definition.ts";
import { errorRate } from "../errorRate.ts";

export const characterErrorRate = defineMetric({
  ...errorRate,
  name: "character_error_rate",
  aliases: ["cer"],
  summary: "All edits over all tokens of the targets, where each token is a character: jiwer's `cer`.",
  source: "https://jitsi.github.io/jiwer/reference/measures/; Levenshtein 1966",
});

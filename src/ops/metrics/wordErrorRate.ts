import { defineMetric } from "../definition.ts";
import { errorRate } from "../errorRate.ts";

export const wordErrorRate = defineMetric({
  ...errorRate,
  name: "word_error_rate",
  aliases: ["wer"],
  summary: "All edits over all tokens of the targets, where each token is a word: jiwer's `wer`.",
  source: "https://jitsi.github.io/jiwer/reference/measures/; Levenshtein 1966",
});

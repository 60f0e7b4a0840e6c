import { defineInitializer } from "../definition.ts";
import { truncatedNormal as draw, TRUNCATED_DEVIATION } from "../initializer.ts";
import { numberOf, numberOption } from "../options.ts";

export const truncatedNormal = defineInitializer({
  name: "truncated_normal",
  aliases: ["TruncatedNormal"],
  summary: "Normal, cut off at two standard deviations.",
  options: {
    mean: numberOption(0, "The mean."),
    stddev: numberOption(0.05, "The standard deviation before the cut.", { min: 0 }),
  },
  positional: ["mean", "stddev"],
  noise: { mean: 0, stddev: 1 },
  size: (options) => Math.hypot(numberOf(options, "mean"), TRUNCATED_DEVIATION * numberOf(options, "stddev")),
  expand: (g, _, options, random) => draw(g, random(0), numberOf(options, "mean"), numberOf(options, "stddev")),
  source: "https://keras.io/api/layers/initializers/",
});

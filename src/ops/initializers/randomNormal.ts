import { defineInitializer } from "../definition.ts";
import { normal } from "../initializer.ts";
import { numberOf, numberOption } from "../options.ts";

export const randomNormal = defineInitializer({
  name: "random_normal",
  aliases: ["RandomNormal", "normal"],
  elsewhere: ["gaussian"],
  summary: "Draws from a normal distribution.",
  options: {
    mean: numberOption(0, "The mean."),
    stddev: numberOption(0.05, "The standard deviation.", { min: 0 }),
  },
  positional: ["mean", "stddev"],
  noise: { mean: 0, stddev: 1 },
  size: (options) => Math.hypot(numberOf(options, "mean"), numberOf(options, "stddev")),
  expand: (g, _, options, random) => normal(g, random(0), numberOf(options, "mean"), numberOf(options, "stddev")),
  source: "https://keras.io/api/layers/initializers/",
});

import { defineInitializer } from "../definition.ts";
import { uniform } from "../initializer.ts";
import { numberOf, numberOption } from "../options.ts";

export const randomUniform = defineInitializer({
  name: "random_uniform",
  aliases: ["RandomUniform", "uniform"],
  summary: "Draws evenly between two numbers.",
  options: {
    minval: numberOption(-0.05, "The smallest number."),
    maxval: numberOption(0.05, "The largest number."),
  },
  positional: ["minval", "maxval"],
  noise: { minval: 0, maxval: 1 },
  size(options) {
    const [low, high] = [numberOf(options, "minval"), numberOf(options, "maxval")];
    return Math.sqrt((low * low + low * high + high * high) / 3);
  },
  expand: (g, _, options, random) => uniform(g, random(0), numberOf(options, "minval"), numberOf(options, "maxval")),
  source: "https://keras.io/api/layers/initializers/",
});

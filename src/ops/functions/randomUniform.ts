import { drawn, drawnShape } from "../constants.ts";
import { defineFunction } from "../definition.ts";
import { uniform } from "../initializer.ts";
import { numberOf, numberOption } from "../options.ts";

export const randomUniform = defineFunction({
  ...drawn((g, random, options) => uniform(g, random, numberOf(options, "minval"), numberOf(options, "maxval"))),
  name: "random_uniform",
  summary: "Numbers between two, each as likely as any other.",
  options: {
    shape: drawnShape,
    minval: numberOption(0, "The least number."),
    maxval: numberOption(1, "The end of the range, which is never drawn."),
  },
  positional: ["shape", "minval", "maxval"],
  examples: [{ nn: "random_uniform([4], -1)", type: "-> f32[4]" }],
  source: "https://keras.io/api/random/random_ops/#uniform-function",
});

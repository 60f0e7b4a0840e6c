import { drawn, drawnShape } from "../constants.ts";
import { defineFunction } from "../definition.ts";
import { normal } from "../initializer.ts";
import { numberOf, numberOption } from "../options.ts";

export const randomNormal = defineFunction({
  ...drawn((g, uniform, options) => normal(g, uniform, numberOf(options, "mean"), numberOf(options, "stddev"))),
  name: "random_normal",
  summary: "Numbers of a normal distribution.",
  options: {
    shape: drawnShape,
    mean: numberOption(0, "The mean of the distribution."),
    stddev: numberOption(1, "Its standard deviation.", { min: 0 }),
  },
  positional: ["shape", "mean", "stddev"],
  examples: [{ nn: "random_normal([4, 3])", type: "-> f32[4, 3]" }],
  source: "https://keras.io/api/random/random_ops/#normal-function",
});

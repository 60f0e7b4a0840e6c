import { drawn, drawnShape } from "../constants.ts";
import { defineFunction } from "../definition.ts";
import { numberOf, numberOption } from "../options.ts";

export const bernoulli = defineFunction({
  ...drawn((g, random, options) => g.cast(g.map("lt", random, numberOf(options, "p")), "f32")),
  name: "bernoulli",
  summary: "Zeros and ones: 1 with the probability p.",
  options: { shape: drawnShape, p: numberOption(0.5, "The probability of 1.", { min: 0, max: 1 }) },
  positional: ["shape", "p"],
  examples: [{ nn: "bernoulli([4], 0.25)", type: "-> f32[4]" }],
  source: "https://keras.io/api/random/random_ops/#binomial-function",
});

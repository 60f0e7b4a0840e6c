import { defineRegularizer } from "../definition.ts";
import { numberOf } from "../options.ts";
import { factorOption, total } from "../penalty.ts";

export const l1 = defineRegularizer({
  name: "l1",
  aliases: ["L1"],
  summary: "The sum of sizes, times a factor: it makes small weights 0.",
  drowns: { l1: 0.5 },
  options: { l1: factorOption(0.01, "The factor.") },
  positional: ["l1"],
  expand: (g, x, options) => g.mul(total(g, g.map("abs", x)), numberOf(options, "l1")),
  source: "https://keras.io/api/layers/regularizers/#l1-class",
});

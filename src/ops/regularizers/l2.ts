import { defineRegularizer } from "../definition.ts";
import { numberOf } from "../options.ts";
import { factorOption, total } from "../penalty.ts";

export const l2 = defineRegularizer({
  name: "l2",
  aliases: ["L2"],
  summary: "The sum of squares, times a factor: it keeps weights small.",
  drowns: { l2: 1 },
  options: { l2: factorOption(0.01, "The factor.") },
  positional: ["l2"],
  expand: (g, x, options) => g.mul(total(g, g.map("square", x)), numberOf(options, "l2")),
  source: "https://keras.io/api/layers/regularizers/#l2-class",
});

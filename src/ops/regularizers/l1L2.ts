import { defineRegularizer } from "../definition.ts";
import { numberOf } from "../options.ts";
import { factorOption, total } from "../penalty.ts";

export const l1L2 = defineRegularizer({
  name: "l1_l2",
  aliases: ["L1L2"],
  summary: "The sum of sizes and the sum of squares, each times a factor.",
  drowns: { l1: 0.5, l2: 1 },
  options: {
    l1: factorOption(0, "The factor of the sizes."),
    l2: factorOption(0, "The factor of the squares."),
  },
  positional: ["l1", "l2"],
  expand(g, x, options) {
    const sizes = g.mul(total(g, g.map("abs", x)), numberOf(options, "l1"));
    return g.add(sizes, g.mul(total(g, g.map("square", x)), numberOf(options, "l2")));
  },
  source: "https://keras.io/api/layers/regularizers/#l1l2-class",
});

import { defineConstraint } from "../definition.ts";
import { axisMisfit, normAxis, norms, withNorms } from "../norm.ts";
import { numberOf, numberOption } from "../options.ts";

export const maxNorm = defineConstraint({
  name: "max_norm",
  aliases: ["MaxNorm"],
  summary: "Shrinks weights whose norm is above a limit.",
  options: { max_value: numberOption(2, "The largest norm.", { min: 0 }), axis: normAxis },
  positional: ["max_value", "axis"],
  misfit: axisMisfit,
  expand(g, weight, options) {
    const now = norms(g, weight, options);
    return withNorms(g, weight, now, g.map("min", now, numberOf(options, "max_value")));
  },
  source: "https://keras.io/api/layers/constraints/#maxnorm-class",
});

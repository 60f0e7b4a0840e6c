import { defineConstraint } from "../definition.ts";
import { axisMisfit, normAxis, norms, withNorms } from "../norm.ts";
import { numberOf, numberOption } from "../options.ts";

export const minMaxNorm = defineConstraint({
  name: "min_max_norm",
  aliases: ["MinMaxNorm"],
  summary: "Brings the norm of weights between two limits, wholly or by a share of the way.",
  options: {
    min_value: numberOption(0, "The smallest norm.", { min: 0 }),
    max_value: numberOption(1, "The largest norm.", { min: 0 }),
    rate: numberOption(1, "How far each step goes: 1 is all the way.", { min: 0, max: 1 }),
    axis: normAxis,
  },
  positional: ["min_value", "max_value", "rate", "axis"],
  misfit: axisMisfit,
  expand(g, weight, options) {
    const now = norms(g, weight, options);
    const rate = numberOf(options, "rate");
    const low = g.map("max", now, numberOf(options, "min_value"));
    const within = g.map("min", low, numberOf(options, "max_value"));
    return withNorms(g, weight, now, g.add(g.mul(within, rate), g.mul(now, 1 - rate)));
  },
  source: "https://keras.io/api/layers/constraints/#minmaxnorm-class",
});

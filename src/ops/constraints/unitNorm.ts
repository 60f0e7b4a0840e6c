import { defineConstraint } from "../definition.ts";
import { axisMisfit, normAxis, norms, withNorms } from "../norm.ts";

export const unitNorm = defineConstraint({
  name: "unit_norm",
  aliases: ["UnitNorm"],
  summary: "Gives weights the norm 1.",
  options: { axis: normAxis },
  positional: ["axis"],
  misfit: axisMisfit,
  expand: (g, weight, options) => withNorms(g, weight, norms(g, weight, options), 1),
  source: "https://keras.io/api/layers/constraints/#unitnorm-class",
});

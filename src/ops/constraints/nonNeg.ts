import { defineConstraint } from "../definition.ts";

export const nonNeg = defineConstraint({
  name: "non_neg",
  aliases: ["NonNeg"],
  summary: "Makes negative weights 0.",
  options: {},
  positional: [],
  expand: (g, weight) => g.map("max", weight, 0),
  source: "https://keras.io/api/layers/constraints/#nonneg-class",
});

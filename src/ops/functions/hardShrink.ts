import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";
import { numberOf, numberOption } from "../options.ts";

export const hardShrink = defineFunction({
  ...elementwiseActivation((g, x, options) =>
    g.select(g.map("gt", g.map("abs", x), numberOf(options, "threshold")), x, 0),
  ),
  name: "hard_shrink",
  summary: "x where |x| is above the threshold, otherwise 0.",
  options: { threshold: numberOption(0.5, "Values of this size or smaller become 0.", { min: 0 }) },
  positional: [],
  examples: [{ nn: "hard_shrink", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#hard_shrink-function",
});

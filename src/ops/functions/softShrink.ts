import { defineFunction } from "../definition.ts";
import { clip, elementwiseActivation } from "../elementwise.ts";
import { numberOf, numberOption } from "../options.ts";

export const softShrink = defineFunction({
  ...elementwiseActivation((g, x, options) =>
    g.sub(x, clip(g, x, -numberOf(options, "threshold"), numberOf(options, "threshold"))),
  ),
  name: "soft_shrink",
  summary: "x moved towards 0 by the threshold; 0 if |x| is smaller.",
  options: { threshold: numberOption(0.5, "How far values move towards 0.", { min: 0 }) },
  positional: [],
  examples: [{ nn: "soft_shrink", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#soft_shrink-function",
});

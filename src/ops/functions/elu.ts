import { defineFunction } from "../definition.ts";
import { elementwiseActivation, exponentialLinear } from "../elementwise.ts";
import { numberOf, numberOption } from "../options.ts";

export const elu = defineFunction({
  ...elementwiseActivation((g, x, options) => exponentialLinear(g, x, numberOf(options, "alpha"))),
  name: "elu",
  summary: "x above 0, alpha · (e^x - 1) below.",
  options: { alpha: numberOption(1, "The negative of the limit far below 0.") },
  positional: [],
  examples: [{ nn: "elu", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "Clevert, Unterthiner, Hochreiter 2015, eq. 15",
});

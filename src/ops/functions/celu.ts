import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";
import { numberOf, numberOption } from "../options.ts";

export const celu = defineFunction({
  ...elementwiseActivation((g, x, options) => {
    const alpha = numberOf(options, "alpha");
    const negative = g.mul(g.map("expm1", g.map("min", g.div(x, alpha), 0)), alpha);
    // At 0 both parts pass the gradient, as in TensorFlow.
    return g.add(g.map("max", x, 0), negative);
  }),
  name: "celu",
  summary: "Continuously differentiable ELU: max(x, 0) + min(0, alpha · (e^(x / alpha) - 1)).",
  options: { alpha: numberOption(1, "The negative of the limit far below 0.") },
  positional: [],
  examples: [{ nn: "celu", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "Barron 2017, eq. 2",
});

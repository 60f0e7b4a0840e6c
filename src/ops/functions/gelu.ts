import { defineFunction } from "../definition.ts";
import { elementwiseActivation } from "../elementwise.ts";
import { flag, flagOption } from "../options.ts";

export const gelu = defineFunction({
  ...elementwiseActivation((g, x, options) => {
    const inside = flag(options, "approximate")
      ? g.map("tanh", g.mul(g.add(x, g.mul(g.mul(g.mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI)))
      : g.map("erf", g.mul(x, Math.SQRT1_2));
    return g.mul(g.mul(x, 0.5), g.add(inside, 1));
  }),
  name: "gelu",
  summary: "x times the chance that a standard normal variate is below x.",
  options: {
    approximate: flagOption(
      false,
      "Whether to use the tanh approximation. The default is that of `keras.activations.gelu`; `keras.ops.gelu` approximates.",
    ),
  },
  positional: [],
  examples: [{ nn: "gelu", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "Hendrycks, Gimpel 2016",
});

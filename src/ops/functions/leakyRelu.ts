import { defineFunction } from "../definition.ts";
import { elementwiseActivation, rectify } from "../elementwise.ts";
import { numberOf, numberOption } from "../options.ts";

export const leakyRelu = defineFunction({
  ...elementwiseActivation((g, x, options) => rectify(g, x, { slope: numberOf(options, "negative_slope") })),
  name: "leaky_relu",
  summary: "x above 0, x times a small slope below.",
  options: { negative_slope: numberOption(0.2, "Slope below 0.") },
  positional: [],
  examples: [{ nn: "leaky_relu", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#leaky_relu-function",
});

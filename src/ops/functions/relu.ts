import { defineFunction } from "../definition.ts";
import { elementwiseActivation, rectifiedRange, rectify } from "../elementwise.ts";
import { maybeNumber, numberOf, numberOption } from "../options.ts";

export const relu = defineFunction({
  ...elementwiseActivation((g, x, options) =>
    rectify(g, x, {
      slope: numberOf(options, "negative_slope"),
      ceiling: maybeNumber(options, "max_value"),
      threshold: numberOf(options, "threshold"),
    }),
  ),
  name: "relu",
  summary: "Rectifier: the larger of x and 0, with an optional slope below, a ceiling and a threshold.",
  range: rectifiedRange,
  options: {
    negative_slope: numberOption(0, "Slope below the threshold."),
    max_value: {
      type: { kind: "float", min: 0 },
      optional: true,
      default: undefined,
      doc: "The ceiling of the results; none by default.",
    },
    threshold: numberOption(0, "Values below it are cut off.", { min: 0 }),
  },
  positional: [],
  examples: [
    { nn: "relu", type: "f32[4, 3] -> f32[4, 3]" },
    { nn: "relu(negative_slope: 0.1)", type: "f32[5] -> f32[5]" },
  ],
  source: "https://keras.io/api/layers/activations/#relu-function",
});

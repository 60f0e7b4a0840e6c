import { defineLayer } from "../definition.ts";
import { rectifiedRange, rectify } from "../elementwise.ts";
import { sameTypeLayer } from "../layer.ts";
import { maybeNumber, numberOf, numberOption } from "../options.ts";

export const relu = defineLayer({
  ...sameTypeLayer((g, x, options) =>
    rectify(g, x, {
      slope: numberOf(options, "negative_slope"),
      ceiling: maybeNumber(options, "max_value"),
      threshold: numberOf(options, "threshold"),
    }),
  ),
  name: "ReLU",
  elementwise: true,
  summary: "Rectifier: the larger of x and 0, with an optional slope below, a ceiling and a threshold.",
  range: rectifiedRange,
  options: {
    max_value: {
      type: { kind: "float", min: 0 },
      optional: true,
      default: undefined,
      doc: "The ceiling of the results; none by default.",
    },
    negative_slope: numberOption(0, "Slope below the threshold.", { min: 0 }),
    threshold: numberOption(0, "Values below it are cut off.", { min: 0 }),
  },
  positional: ["max_value"],
  examples: [
    { nn: "ReLU()", type: "f32[4, 3] -> f32[4, 3]" },
    { nn: "ReLU(6)", type: "f32[4] -> f32[4]" },
  ],
  source: "https://keras.io/api/layers/activation_layers/relu/",
});

import { defineLayer } from "../definition.ts";
import { rectify } from "../elementwise.ts";
import { sameTypeLayer } from "../layer.ts";
import { numberOf, numberOption } from "../options.ts";

export const leakyRelu = defineLayer({
  ...sameTypeLayer((g, x, options) => rectify(g, x, { slope: numberOf(options, "negative_slope") })),
  name: "LeakyReLU",
  elementwise: true,
  summary: "x above 0, x times a small slope below.",
  options: { negative_slope: numberOption(0.3, "Slope below 0.") },
  positional: ["negative_slope"],
  examples: [{ nn: "LeakyReLU(0.1)", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activation_layers/leaky_relu/",
});

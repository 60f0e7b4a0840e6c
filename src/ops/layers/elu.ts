import { defineLayer } from "../definition.ts";
import { exponentialLinear } from "../elementwise.ts";
import { sameTypeLayer } from "../layer.ts";
import { numberOf, numberOption } from "../options.ts";

export const elu = defineLayer({
  ...sameTypeLayer((g, x, options) => exponentialLinear(g, x, numberOf(options, "alpha"))),
  name: "ELU",
  elementwise: true,
  summary: "x above 0, alpha · (e^x - 1) below.",
  options: { alpha: numberOption(1, "The negative of the limit far below 0.") },
  positional: ["alpha"],
  examples: [{ nn: "ELU()", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activation_layers/elu/",
});

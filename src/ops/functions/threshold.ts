import { defineFunction } from "../definition.ts";
import { elementwise } from "../elementwise.ts";
import { numberOf } from "../options.ts";

export const threshold = defineFunction({
  ...elementwise((g, x, options) =>
    g.select(g.map("gt", x, numberOf(options, "threshold")), x, numberOf(options, "default_value")),
  ),
  name: "threshold",
  summary: "x above the threshold, otherwise a fixed value.",
  options: {
    threshold: { type: { kind: "float" }, required: true, doc: "Values that are not above it are replaced." },
    default_value: { type: { kind: "float" }, required: true, doc: "The value that replaces them." },
  },
  positional: ["threshold", "default_value"],
  examples: [{ nn: "threshold(0.5, 0)", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/activations/#threshold-function",
});

import { defineFunction } from "../definition.ts";
import { clip as clipped, elementwise, numeric } from "../elementwise.ts";
import { numberOf } from "../options.ts";

export const clip = defineFunction({
  ...elementwise((g, x, options) => clipped(g, x, numberOf(options, "x_min"), numberOf(options, "x_max")), numeric),
  name: "clip",
  summary: "Holds x between two numbers. For bounds that are tensors, write `minimum` and `maximum`.",
  options: {
    x_min: { type: { kind: "float" }, required: true, doc: "The least result." },
    x_max: { type: { kind: "float" }, required: true, doc: "The largest result." },
  },
  positional: ["x_min", "x_max"],
  examples: [{ nn: "clip(-1, 0.5)", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/ops/numpy/#clip-function",
});

import { defineLayer } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { axesExist, normalisedAxes } from "../normalization.ts";
import { andThen, oneInput } from "../shape.ts";

/** The square of the smallest norm that divides a sample. */
const SMALLEST = 1e-24;

export const unitNormalization = defineLayer({
  name: "UnitNormalization",
  nature: "normalises",
  summary: "Divides each sample by its length along the last axis, so that it has length 1.",
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., n]",
  options: { axis: { type: { kind: "axes" }, default: -1, doc: "The axes that are normalised together." } },
  masks: passesMask,
  positional: ["axis"],
  shape: (inputs, options) => andThen(oneInput(inputs, { atLeast: 1, text: "[..., n]" }), (x) => axesExist(x, options)),
  expand(g, call) {
    const x = inputOf(call);
    const squares = g.sum(g.map("square", x), normalisedAxes(x.type, call.options), true);
    return { output: g.mul(x, g.map("rsqrt", g.map("max", squares, SMALLEST))) };
  },
  examples: [{ nn: "UnitNormalization()", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/normalization_layers/unit_normalization/",
});

import { defineLayer } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { numberOf, numberOption } from "../options.ts";
import { oneInput } from "../shape.ts";

export const rescaling = defineLayer({
  name: "Rescaling",
  summary: "Multiplies by a number, and adds one.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: {
    scale: { type: { kind: "float" }, required: true, doc: "The factor: `Rescaling(1.0 / 255)` for bytes." },
    offset: numberOption(0, "What to add."),
  },
  masks: passesMask,
  bounds([x], options) {
    const ends = x?.map((end) => end * numberOf(options, "scale") + numberOf(options, "offset"));
    return ends === undefined ? undefined : [Math.min(...ends), Math.max(...ends)];
  },
  positional: ["scale", "offset"],
  shape: (inputs) => oneInput(inputs, { atLeast: 0, text: "[...]" }),
  expand(g, call) {
    const scaled = g.mul(inputOf(call), numberOf(call.options, "scale"));
    const offset = numberOf(call.options, "offset");
    return { output: offset === 0 ? scaled : g.add(scaled, offset) };
  },
  examples: [{ nn: "Rescaling(0.5, -1)", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/",
});

import { defineLayer } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { dropOut, maskFits, maskShape, noiseShapeOption, rateOption } from "../noise.ts";
import { numberOf } from "../options.ts";

export const dropout = defineLayer({
  name: "Dropout",
  nature: "drops",
  summary: "While training, sets a share `rate` of the elements to 0 and scales the others up by 1 / (1 - rate).",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: { rate: rateOption("The share of elements to drop."), noise_shape: noiseShapeOption },
  masks: passesMask,
  positional: ["rate"],
  trainingDiffers: true,
  shape: maskFits,
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training || numberOf(call.options, "rate") === 0) return { output: x };
    return { output: dropOut(g, x, maskShape(x, call.options), call) };
  },
  examples: [
    { nn: "Dropout(0.5)", type: "f32[4, 3] -> f32[4, 3]" },
    { nn: "Dropout(0.5, noise_shape: [1, _])", type: "f32[4, 3] -> f32[4, 3]" },
  ],
  source: "https://keras.io/api/layers/regularization_layers/dropout/",
});

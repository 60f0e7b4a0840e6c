import { rangeOf, rangeProblem, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { equalized } from "../histograms.ts";
import { inputOf } from "../layer.ts";
import { numberOf } from "../options.ts";
import { pictureInputs, pictures, pictureText } from "../pictures.ts";

export const equalization = defineLayer({
  name: "Equalization",
  summary: "While training, spreads the levels of each channel of a picture so that all are about as frequent.",
  inputs: pictureInputs,
  output: pictureText,
  options: {
    value_range: valueRangeOption,
    bins: { type: { kind: "int", min: 2, max: 65_536 }, default: 256, doc: "The number of levels." },
  },
  positional: ["value_range", "bins"],
  trainingDiffers: true,
  domain: [0, 1],
  shape: (inputs, options) => rangeProblem(options) ?? pictures(inputs, ["f32"]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    return { output: equalized(g, x, numberOf(call.options, "bins"), rangeOf(call.options)) };
  },
  examples: [
    { nn: "Equalization([0, 1])", type: "f32[3, 4, 2] -> f32[3, 4, 2]" },
    { nn: "Equalization([0, 1], 8)", type: "f32[4, 4] -> f32[4, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/equalization/",
});

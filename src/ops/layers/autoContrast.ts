import { rangeOf, rangeProblem, spreadOut, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { pictureInputs, pictures, pictureText } from "../pictures.ts";

export const autoContrast = defineLayer({
  name: "AutoContrast",
  summary: "Spreads each channel of a picture over the whole range.",
  inputs: pictureInputs,
  output: pictureText,
  options: {
    value_range: valueRangeOption,
  },
  positional: ["value_range"],
  shape: (inputs, options) => rangeProblem(options) ?? pictures(inputs, ["f32"]),
  expand(g, call) {
    return { output: spreadOut(g, inputOf(call), rangeOf(call.options)) };
  },
  examples: [
    { nn: "AutoContrast([0, 1])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "AutoContrast()", type: "f32[4, 4] -> f32[4, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/auto_contrast/",
});

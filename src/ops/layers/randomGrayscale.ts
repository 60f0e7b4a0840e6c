import { greyed } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { drawsOf, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { numberOf, numberOption } from "../options.ts";
import { colouredInputs, colouredPictures, colouredText, samePixels } from "../pictures.ts";

export const randomGrayscale = defineLayer({
  name: "RandomGrayscale",
  elsewhere: ["Grayscale"],
  summary: "While training, takes the colours off some pictures.",
  inputs: colouredInputs,
  bounds: samePixels,
  output: colouredText,
  options: {
    factor: numberOption(0.5, "The share of pictures.", { min: 0, max: 1 }),
    seed: seedOption,
  },
  positional: ["factor"],
  trainingDiffers: true,
  shape: (inputs) => colouredPictures(inputs, [3, 1]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    return { output: greyed(g, x, drawsOf(g, call, "RandomGrayscale"), numberOf(call.options, "factor")) };
  },
  examples: [
    { nn: "RandomGrayscale()", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "RandomGrayscale(1, seed: 1)", type: "f32[4, 4, 3] -> f32[4, 4, 3]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_grayscale/",
});

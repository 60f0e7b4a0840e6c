import { degenerated, rangeOf, rangeProblem, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorOption, pairProblem, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { colouredInputs, colouredPictures, colouredText } from "../pictures.ts";

export const randomColorDegeneration = defineLayer({
  name: "RandomColorDegeneration",
  summary: "While training, takes a random share of the colours off each picture.",
  inputs: colouredInputs,
  output: colouredText,
  options: {
    factor: factorOption("The share: between two numbers, or between -f and f for a single one.", [-1, 1]),
    value_range: valueRangeOption,
    seed: seedOption,
  },
  positional: ["factor", "value_range"],
  trainingDiffers: true,
  domain: [0, 1],
  shape: (inputs, options) =>
    pairProblem(options, ["factor"]) ?? rangeProblem(options) ?? colouredPictures(inputs, [3, 1]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const [by, range] = [boundsOf(call.options, "factor"), rangeOf(call.options)];
    return { output: degenerated(g, x, drawsOf(g, call, "RandomColorDegeneration"), by, range) };
  },
  examples: [
    { nn: "RandomColorDegeneration([0.3, 0.6], [0, 1])", type: "f32[3, 4, 3] -> f32[3, 4, 3]" },
    { nn: "RandomColorDegeneration(0.5, [-1, 2], seed: 1)", type: "f32[2, 3, 1] -> f32[2, 3, 1]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_color_degeneration/",
});

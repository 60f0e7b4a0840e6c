import { rangeOf, rangeProblem, saturated, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorOption, pairProblem, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { colouredInputs, colouredPictures, colouredText } from "../pictures.ts";

export const randomSaturation = defineLayer({
  name: "RandomSaturation",
  summary: "While training, makes the colours of each picture stronger or weaker by a random factor.",
  inputs: colouredInputs,
  output: colouredText,
  options: {
    factor: factorOption(
      "0.5 leaves the colours, 0 takes them off, and towards 1 they are full. Between two numbers, or between -f and f for a single one.",
      [-1, 1],
    ),
    value_range: valueRangeOption,
    seed: seedOption,
  },
  positional: ["factor", "value_range"],
  trainingDiffers: true,
  domain: [0, 1],
  shape: (inputs, options) =>
    pairProblem(options, ["factor"]) ?? rangeProblem(options) ?? colouredPictures(inputs, [3]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const [by, range] = [boundsOf(call.options, "factor"), rangeOf(call.options)];
    return { output: saturated(g, x, drawsOf(g, call, "RandomSaturation"), by, range) };
  },
  examples: [
    { nn: "RandomSaturation([0.3, 0.6], [0, 1])", type: "f32[3, 4, 3] -> f32[3, 4, 3]" },
    { nn: "RandomSaturation(0.5, [0, 1], seed: 1)", type: "f32[2, 3, 3] -> f32[2, 3, 3]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_saturation/",
});

import { hueTurned, rangeOf, rangeProblem, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorOption, pairProblem, seedOption, upTo } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { colouredInputs, colouredPictures, colouredText } from "../pictures.ts";

export const randomHue = defineLayer({
  name: "RandomHue",
  summary: "While training, turns the colours of each picture by a random angle.",
  inputs: colouredInputs,
  output: colouredText,
  options: {
    factor: factorOption(
      "How far to turn them, as a share of half a turn, either way: between two numbers, or between 0 and a single one.",
      [0, 1],
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
    const [by, range] = [boundsOf(call.options, "factor", upTo(0)), rangeOf(call.options)];
    return { output: hueTurned(g, x, drawsOf(g, call, "RandomHue"), by, range) };
  },
  examples: [
    { nn: "RandomHue(0.3, [0, 1])", type: "f32[3, 4, 3] -> f32[3, 4, 3]" },
    { nn: "RandomHue([0.5, 0.9], [0, 2], seed: 1)", type: "f32[2, 3, 3] -> f32[2, 3, 3]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_hue/",
});

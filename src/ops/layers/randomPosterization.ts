import { posterized, rangeOf, rangeProblem, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, pairProblem, seedOption, upTo } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { pictureInputs, pictures, pictureText } from "../pictures.ts";

export const randomPosterization = defineLayer({
  name: "RandomPosterization",
  summary: "While training, keeps the first bits of each pixel, a random number of them for each picture.",
  inputs: pictureInputs,
  output: pictureText,
  options: {
    factor: {
      type: { kind: "numbers", single: true, whole: true, min: 1, max: 8 },
      required: true,
      doc: "The number of bits: from the first number to before the second, and from 1 to before a single one. Two equal numbers are that number.",
    },
    value_range: valueRangeOption,
    seed: seedOption,
  },
  positional: ["factor", "value_range"],
  trainingDiffers: true,
  stopsGradient: true,
  domain: [0, 1],
  shape: (inputs, options) => pairProblem(options, ["factor"]) ?? rangeProblem(options) ?? pictures(inputs, ["f32"]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const [by, range] = [boundsOf(call.options, "factor", upTo(1)), rangeOf(call.options)];
    return { output: posterized(g, x, drawsOf(g, call, "RandomPosterization"), by, range) };
  },
  examples: [
    { nn: "RandomPosterization([2, 5], [0, 1])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "RandomPosterization([3, 3], [0, 1], seed: 1)", type: "f32[4, 4] -> f32[4, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_posterization/",
});

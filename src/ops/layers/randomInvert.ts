import { inverted, rangeOf, rangeProblem, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorWithDefault, pairProblem, seedOption, upTo } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { pictureInputs, pictures, pictureText } from "../pictures.ts";

export const randomInvert = defineLayer({
  name: "RandomInvert",
  summary: "While training, makes negatives of some pictures.",
  inputs: pictureInputs,
  output: pictureText,
  options: {
    factor: factorWithDefault(
      1,
      "The probability, drawn for each picture between two numbers, or between 0 and a single one.",
      [0, 1],
    ),
    value_range: valueRangeOption,
    seed: seedOption,
  },
  positional: ["factor", "value_range"],
  trainingDiffers: true,
  domain: [0, 1],
  shape: (inputs, options) => pairProblem(options, ["factor"]) ?? rangeProblem(options) ?? pictures(inputs, ["f32"]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const [by, range] = [boundsOf(call.options, "factor", upTo(0)), rangeOf(call.options)];
    return { output: inverted(g, x, drawsOf(g, call, "RandomInvert"), by, range) };
  },
  examples: [
    { nn: "RandomInvert(value_range: [0, 1])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "RandomInvert([1, 1], [0, 1], seed: 1)", type: "f32[4, 4] -> f32[4, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_invert/",
});

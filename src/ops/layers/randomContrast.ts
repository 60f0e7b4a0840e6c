import { contrasted, rangeOf, rangeProblem, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorOption, pairProblem, seedOption, upTo } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { pictureInputs, pictures, pictureText } from "../pictures.ts";

export const randomContrast = defineLayer({
  name: "RandomContrast",
  summary: "While training, changes the contrast of each picture by a random factor.",
  inputs: pictureInputs,
  output: pictureText,
  options: {
    factor: factorOption(
      "The factor lies between 1 - the first number and 1 + the second. For a single number f it lies between 1 and 1 + f, as in Keras 3.",
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
    return { output: contrasted(g, x, drawsOf(g, call, "RandomContrast"), by, range) };
  },
  examples: [
    { nn: "RandomContrast(0.5, value_range: [-2, 2])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "RandomContrast([0.2, 0.8], [0, 1], seed: 1)", type: "f32[3, 4] -> f32[3, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_contrast/",
});

import { brightened, rangeOf, rangeProblem, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorOption, pairProblem, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { pictureInputs, pictures, pictureText } from "../pictures.ts";

export const randomBrightness = defineLayer({
  name: "RandomBrightness",
  summary: "While training, makes each picture brighter or darker by a random amount.",
  inputs: pictureInputs,
  output: pictureText,
  options: {
    factor: factorOption(
      "How much to add, as a share of the range: between two numbers, or between -f and f for a single one.",
      [-1, 1],
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
    const [by, range] = [boundsOf(call.options, "factor"), rangeOf(call.options)];
    return { output: brightened(g, x, drawsOf(g, call, "RandomBrightness"), by, range) };
  },
  examples: [
    { nn: "RandomBrightness(0.3, value_range: [0, 1])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "RandomBrightness([0.1, 0.4], [-1, 2], seed: 1)", type: "f32[3, 4] -> f32[3, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_brightness/",
});

import { rangeOf, rangeProblem, sharpened, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorOption, pairProblem, seedOption, upTo } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { pictureInputs, pictures, pictureText } from "../pictures.ts";

export const randomSharpness = defineLayer({
  name: "RandomSharpness",
  summary: "While training, makes each picture sharper or smoother by a random amount.",
  inputs: pictureInputs,
  output: pictureText,
  options: {
    factor: factorOption(
      "0.5 leaves a picture, 0 makes it smooth and 1 sharp. Between two numbers, or between 0 and a single one.",
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
    return { output: sharpened(g, x, drawsOf(g, call, "RandomSharpness"), by, range) };
  },
  examples: [
    { nn: "RandomSharpness(0.8, [-1, 2])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "RandomSharpness([0.6, 0.9], [0, 1], seed: 1)", type: "f32[4, 4] -> f32[4, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_sharpness/",
});

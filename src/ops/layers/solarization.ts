import { rangeOf, rangeProblem, solarized, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorWithDefault, pairProblem, seedOption, upTo } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { pictureInputs, pictures, pictureText } from "../pictures.ts";

export const solarization = defineLayer({
  name: "Solarization",
  summary: "While training, inverts the bright pixels of each picture, from a random threshold on.",
  inputs: pictureInputs,
  output: pictureText,
  options: {
    addition_factor: factorWithDefault(
      0,
      "What to add before, as a share of 255: up to this, or from the first number (of 255) to the second.",
      [0, 1],
    ),
    threshold_factor: factorWithDefault(0, "The threshold, in the same way.", [0, 1]),
    value_range: valueRangeOption,
    seed: seedOption,
  },
  positional: ["addition_factor", "threshold_factor", "value_range"],
  trainingDiffers: true,
  domain: [0, 1],
  shape: (inputs, options) =>
    pairProblem(options, ["addition_factor", "threshold_factor"]) ?? rangeProblem(options) ?? pictures(inputs, ["f32"]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const { options } = call;
    const addition = boundsOf(options, "addition_factor", upTo(0));
    const threshold = boundsOf(options, "threshold_factor", upTo(0));
    const by = { addition, threshold };
    return { output: solarized(g, x, drawsOf(g, call, "Solarization"), by, rangeOf(options)) };
  },
  examples: [
    { nn: "Solarization(0.2, 0.5, [0, 1])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "Solarization(threshold_factor: [0, 0.9], value_range: [0, 1], seed: 1)", type: "f32[4, 4] -> f32[4, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/solarization/",
});

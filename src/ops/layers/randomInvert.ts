import { inverted, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { factorWithDefault, seedOption, upTo } from "../draws.ts";
import { recolouring } from "../recolouring.ts";

export const randomInvert = defineLayer({
  ...recolouring({ name: "RandomInvert", change: inverted, alone: upTo(0) }),
  summary: "While training, makes negatives of some pictures.",
  options: {
    factor: factorWithDefault(
      1,
      "The probability, drawn for each picture between two numbers, or between 0 and a single one.",
      [0, 1],
    ),
    value_range: valueRangeOption,
    seed: seedOption,
  },
  examples: [
    { nn: "RandomInvert(value_range: [0, 1])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "RandomInvert([1, 1], [0, 1], seed: 1)", type: "f32[4, 4] -> f32[4, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_invert/",
});

import { degenerated, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { factorOption, seedOption } from "../draws.ts";
import { recolouring } from "../recolouring.ts";

export const randomColorDegeneration = defineLayer({
  ...recolouring({ name: "RandomColorDegeneration", change: degenerated, channels: [3, 1] }),
  summary: "While training, takes a random share of the colours off each picture.",
  options: {
    factor: factorOption("The share: between two numbers, or between -f and f for a single one.", [-1, 1]),
    value_range: valueRangeOption,
    seed: seedOption,
  },
  examples: [
    { nn: "RandomColorDegeneration([0.3, 0.6], [0, 1])", type: "f32[3, 4, 3] -> f32[3, 4, 3]" },
    { nn: "RandomColorDegeneration(0.5, [-1, 2], seed: 1)", type: "f32[2, 3, 1] -> f32[2, 3, 1]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_color_degeneration/",
});

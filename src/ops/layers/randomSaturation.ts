import { saturated, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { factorOption, seedOption } from "../draws.ts";
import { recolouring } from "../recolouring.ts";

export const randomSaturation = defineLayer({
  ...recolouring({ name: "RandomSaturation", change: saturated, channels: [3] }),
  summary: "While training, makes the colours of each picture stronger or weaker by a random factor.",
  options: {
    factor: factorOption(
      "0.5 leaves the colours, 0 takes them off, and towards 1 they are full. Between two numbers, or between -f and f for a single one.",
      [-1, 1],
    ),
    value_range: valueRangeOption,
    seed: seedOption,
  },
  examples: [
    { nn: "RandomSaturation([0.3, 0.6], [0, 1])", type: "f32[3, 4, 3] -> f32[3, 4, 3]" },
    { nn: "RandomSaturation(0.5, [0, 1], seed: 1)", type: "f32[2, 3, 3] -> f32[2, 3, 3]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_saturation/",
});

import { hueTurned, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { factorOption, seedOption, upTo } from "../draws.ts";
import { recolouring } from "../recolouring.ts";

export const randomHue = defineLayer({
  ...recolouring({ name: "RandomHue", change: hueTurned, alone: upTo(0), channels: [3] }),
  summary: "While training, turns the colours of each picture by a random angle.",
  options: {
    factor: factorOption(
      "How far to turn them, as a share of half a turn, either way: between two numbers, or between 0 and a single one.",
      [0, 1],
    ),
    value_range: valueRangeOption,
    seed: seedOption,
  },
  examples: [
    { nn: "RandomHue(0.3, [0, 1])", type: "f32[3, 4, 3] -> f32[3, 4, 3]" },
    { nn: "RandomHue([0.5, 0.9], [0, 2], seed: 1)", type: "f32[2, 3, 3] -> f32[2, 3, 3]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_hue/",
});

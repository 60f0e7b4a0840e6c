import { brightened, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { factorOption, seedOption } from "../draws.ts";
import { recolouring } from "../recolouring.ts";

export const randomBrightness = defineLayer({
  ...recolouring({ name: "RandomBrightness", change: brightened }),
  summary: "While training, makes each picture brighter or darker by a random amount.",
  options: {
    factor: factorOption(
      "How much to add, as a share of the range: between two numbers, or between -f and f for a single one.",
      [-1, 1],
    ),
    value_range: valueRangeOption,
    seed: seedOption,
  },
  examples: [
    { nn: "RandomBrightness(0.3, value_range: [0, 1])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "RandomBrightness([0.1, 0.4], [-1, 2], seed: 1)", type: "f32[3, 4] -> f32[3, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_brightness/",
});

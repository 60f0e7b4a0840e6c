import { sharpened, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { factorOption, seedOption, upTo } from "../draws.ts";
import { recolouring } from "../recolouring.ts";

export const randomSharpness = defineLayer({
  ...recolouring({ name: "RandomSharpness", change: sharpened, alone: upTo(0) }),
  summary: "While training, makes each picture sharper or smoother by a random amount.",
  options: {
    factor: factorOption(
      "0.5 leaves a picture, 0 makes it smooth and 1 sharp. Between two numbers, or between 0 and a single one.",
      [0, 1],
    ),
    value_range: valueRangeOption,
    seed: seedOption,
  },
  examples: [
    { nn: "RandomSharpness(0.8, [-1, 2])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "RandomSharpness([0.6, 0.9], [0, 1], seed: 1)", type: "f32[4, 4] -> f32[4, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_sharpness/",
});

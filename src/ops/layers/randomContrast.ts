import { contrasted, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { factorOption, seedOption, upTo } from "../draws.ts";
import { recolouring } from "../recolouring.ts";

export const randomContrast = defineLayer({
  ...recolouring({ name: "RandomContrast", change: contrasted, alone: upTo(0) }),
  summary: "While training, changes the contrast of each picture by a random factor.",
  options: {
    factor: factorOption(
      "The factor lies between 1 - the first number and 1 + the second. For a single number f it lies between 1 and 1 + f, as in Keras 3.",
      [0, 1],
    ),
    value_range: valueRangeOption,
    seed: seedOption,
  },
  examples: [
    { nn: "RandomContrast(0.5, value_range: [-2, 2])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "RandomContrast([0.2, 0.8], [0, 1], seed: 1)", type: "f32[3, 4] -> f32[3, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_contrast/",
});

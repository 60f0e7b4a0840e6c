import { posterized, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { seedOption, upTo } from "../draws.ts";
import { recolouring } from "../recolouring.ts";

export const randomPosterization = defineLayer({
  ...recolouring({ name: "RandomPosterization", change: posterized, alone: upTo(1) }),
  summary: "While training, keeps the first bits of each pixel, a random number of them for each picture.",
  options: {
    factor: {
      type: { kind: "numbers", single: true, whole: true, min: 1, max: 8 },
      required: true,
      doc: "The number of bits: from the first number to before the second, and from 1 to before a single one. Two equal numbers are that number.",
    },
    value_range: valueRangeOption,
    seed: seedOption,
  },
  stopsGradient: true,
  examples: [
    { nn: "RandomPosterization([2, 5], [0, 1])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    { nn: "RandomPosterization([3, 3], [0, 1], seed: 1)", type: "f32[4, 4] -> f32[4, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_posterization/",
});

import { brightened, contrasted, hueTurned, rangeOf, rangeProblem, saturated, valueRangeOption } from "../colours.ts";
import type { OptionDef } from "../definition.ts";
import { defineLayer } from "../definition.ts";
import { around, boundsOf, drawsOf, factorOption, pairProblem, seedOption, upTo } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { colouredInputs, colouredPictures, colouredText } from "../pictures.ts";

const maybe = (layer: string, bounds: readonly [number, number]): OptionDef => ({
  ...factorOption(`The factor of ${layer}; by default this stays as it is.`, bounds),
  required: false,
  optional: true,
  default: undefined,
});

/** In the order in which a picture goes through them. */
const changes = [
  { option: "brightness_factor", alone: around, change: brightened },
  { option: "contrast_factor", alone: upTo(0), change: contrasted },
  { option: "saturation_factor", alone: around, change: saturated },
  { option: "hue_factor", alone: upTo(0), change: hueTurned },
] as const;
const factors = changes.map(({ option }) => option);

export const randomColorJitter = defineLayer({
  name: "RandomColorJitter",
  elsewhere: ["ColorJitter"],
  summary: "While training, changes brightness, contrast, saturation and hue of each picture at random.",
  inputs: colouredInputs,
  output: colouredText,
  options: {
    value_range: valueRangeOption,
    brightness_factor: maybe("`RandomBrightness`", [-1, 1]),
    contrast_factor: maybe("`RandomContrast`", [0, 1]),
    saturation_factor: maybe("`RandomSaturation`", [-1, 1]),
    hue_factor: maybe("`RandomHue`", [0, 1]),
    seed: seedOption,
  },
  positional: ["value_range", ...factors],
  trainingDiffers: true,
  shape: (inputs, options) => pairProblem(options, factors) ?? rangeProblem(options) ?? colouredPictures(inputs, [3]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const { options } = call;
    const [draws, range] = [drawsOf(g, call, "RandomColorJitter"), rangeOf(options)];
    const output = changes.reduce((picture, { option, alone, change }) => {
      if (options[option] === undefined) return picture;
      return change(g, picture, draws.part(option), boundsOf(options, option, alone), range);
    }, x);
    return { output };
  },
  examples: [
    { nn: "RandomColorJitter([0, 1], 0.2, 0.3, [0.4, 0.6], 0.1)", type: "f32[3, 4, 3] -> f32[3, 4, 3]" },
    { nn: "RandomColorJitter([-1, 2], hue_factor: 0.1, seed: 1)", type: "f32[3, 4, 3] -> f32[3, 4, 3]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_color_jitter/",
});

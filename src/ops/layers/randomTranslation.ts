import { defineLayer } from "../definition.ts";
import { boundsOf, drawRow, factorOption, pairProblem, perRow, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import {
  countedPlaces,
  HEIGHT,
  pictureInputs,
  pictures,
  pictureText,
  readAlong,
  samplingOf,
  samplingOptions,
  WIDTH,
} from "../pictures.ts";
import { known } from "../shape.ts";

const factor = (way: string, size: string) =>
  factorOption(
    `How far to move ${way}, as a share of the ${size}: a number between the two, or between -f and f for a single one.`,
    { min: -1, max: 1 },
  );

export const randomTranslation = defineLayer({
  name: "RandomTranslation",
  elsewhere: ["RandomAffine"],
  summary: "While training, moves each picture by a random distance.",
  inputs: pictureInputs,
  output: pictureText,
  options: {
    height_factor: factor("down", "height"),
    width_factor: factor("right", "width"),
    ...samplingOptions,
    seed: seedOption,
  },
  positional: ["height_factor", "width_factor"],
  trainingDiffers: true,
  shape: (inputs, options) =>
    pairProblem(options, ["height_factor", "width_factor"]) ?? pictures(inputs, ["f32", "i32"]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const [batch = 1] = x.type.shape;
    const sampling = samplingOf(call.options, x.type);
    const moved = [
      { axis: HEIGHT, option: "height_factor" },
      { axis: WIDTH, option: "width_factor" },
    ].reduce((made, { axis, option }) => {
      const bounds = boundsOf(call.options, option);
      if (bounds[0] === 0 && bounds[1] === 0) return made;
      const size = known(x.type.shape[axis]);
      const distance = g.mul(drawRow(g, call, "RandomTranslation", option, bounds), size);
      const places = g.sub(countedPlaces(g, batch, size), perRow(g, distance, 2));
      return readAlong(g, made, axis, places, sampling);
    }, x);
    return { output: moved };
  },
  examples: [
    { nn: "RandomTranslation(0.3, 0.2)", type: "f32[4, 5, 2] -> f32[4, 5, 2]" },
    { nn: "RandomTranslation(0.4, [0.1, 0.4], fill_mode: constant)", type: "f32[4, 5, 1] -> f32[4, 5, 1]" },
    { nn: "RandomTranslation(0, 0.9, fill_mode: wrap, interpolation: nearest)", type: "f32[3, 4, 2] -> f32[3, 4, 2]" },
    { nn: "RandomTranslation(0.5, 0.5, fill_mode: nearest, seed: 3)", type: "f32[4, 4] -> f32[4, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/",
});

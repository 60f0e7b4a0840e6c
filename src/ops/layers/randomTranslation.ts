import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorOption, pairProblem, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { boxesOption, frameOf, picturesOrBoxes } from "../movedBoxes.ts";
import { translated, translatedBoxes } from "../moves.ts";
import { pictureInputs, pictureText, samePixels, samplingOf, samplingOptions } from "../pictures.ts";

export const randomTranslation = defineLayer({
  name: "RandomTranslation",
  elsewhere: ["RandomAffine"],
  summary: "While training, moves each picture by a random distance.",
  inputs: pictureInputs,
  bounds: samePixels,
  output: pictureText,
  options: {
    height_factor: factorOption(
      "How far to move down, as a share of the height: between two numbers, or between -f and f for a single one.",
      [-1, 1],
    ),
    width_factor: factorOption(
      "How far to move right, as a share of the width: between two numbers, or between -f and f for a single one.",
      [-1, 1],
    ),
    ...samplingOptions,
    seed: seedOption,
    boxes_in: boxesOption,
  },
  positional: ["height_factor", "width_factor"],
  trainingDiffers: true,
  moves: true,
  shape: (inputs, options) =>
    pairProblem(options, ["height_factor", "width_factor"]) ?? picturesOrBoxes(inputs, options, ["f32", "i32"]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const by = { height: boundsOf(call.options, "height_factor"), width: boundsOf(call.options, "width_factor") };
    const draws = drawsOf(g, call, "RandomTranslation");
    const frame = frameOf(call.options);
    if (frame !== undefined) return { output: translatedBoxes(g, x, draws, by, frame) };
    return { output: translated(g, x, draws, by, samplingOf(call.options, x.type)) };
  },
  examples: [
    { nn: "RandomTranslation(0.5, 0.4, fill_mode: constant)", type: "i32[4, 4] -> i32[4, 4]" },
    { nn: "RandomTranslation(0.3, 0.2)", type: "f32[4, 5, 2] -> f32[4, 5, 2]" },
    { nn: "RandomTranslation(0.4, [0.1, 0.4], fill_mode: constant)", type: "f32[4, 5, 1] -> f32[4, 5, 1]" },
    { nn: "RandomTranslation(0, 0.9, fill_mode: wrap, interpolation: nearest)", type: "f32[3, 4, 2] -> f32[3, 4, 2]" },
    { nn: "RandomTranslation(0.5, 0.5, fill_mode: nearest, seed: 3)", type: "f32[4, 4] -> f32[4, 4]" },
    { nn: "RandomTranslation(0.5, 0.4, boxes_in: 4x6)", type: "f32[3, 5] -> f32[3, 5]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/",
});

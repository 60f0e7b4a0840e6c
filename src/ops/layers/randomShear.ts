import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorWithDefault, pairProblem, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { boxesOption, frameOf, picturesOrBoxes } from "../movedBoxes.ts";
import { sheared, shearedBoxes } from "../moves.ts";
import { pictureInputs, pictureText, samePixels, samplingOf, samplingOptions } from "../pictures.ts";

export const randomShear = defineLayer({
  name: "RandomShear",
  summary: "While training, leans each picture to one side by a random amount.",
  inputs: pictureInputs,
  bounds: samePixels,
  output: pictureText,
  options: {
    x_factor: factorWithDefault(
      0,
      "How far a row moves against the one above it: between two numbers, or up to a single one.",
      [0, 1],
    ),
    y_factor: factorWithDefault(0, "How far a column moves against the one before it.", [0, 1]),
    ...samplingOptions,
    seed: seedOption,
    boxes_in: boxesOption,
  },
  positional: ["x_factor", "y_factor"],
  trainingDiffers: true,
  moves: true,
  shape: (inputs, options) =>
    pairProblem(options, ["x_factor", "y_factor"]) ?? picturesOrBoxes(inputs, options, ["f32", "i32"]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const by = { height: boundsOf(call.options, "y_factor"), width: boundsOf(call.options, "x_factor") };
    const draws = drawsOf(g, call, "RandomShear");
    const frame = frameOf(call.options);
    if (frame !== undefined) return { output: shearedBoxes(g, x, draws, by, frame) };
    return { output: sheared(g, x, draws, by, samplingOf(call.options, x.type)) };
  },
  examples: [
    { nn: "RandomShear(0.3, 0.2)", type: "f32[4, 5, 2] -> f32[4, 5, 2]" },
    { nn: "RandomShear([0.2, 0.5], fill_mode: constant)", type: "f32[5, 4, 1] -> f32[5, 4, 1]" },
    { nn: "RandomShear(0, 0.6, interpolation: nearest, seed: 1)", type: "f32[4, 4] -> f32[4, 4]" },
    { nn: "RandomShear(0.3, 0.2, boxes_in: 4x6)", type: "f32[3, 5] -> f32[3, 5]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_shear/",
});

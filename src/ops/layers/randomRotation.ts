import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorOption, pairProblem, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { boxesOption, frameOf, picturesOrBoxes } from "../movedBoxes.ts";
import { rotated, rotatedBoxes } from "../moves.ts";
import { pictureInputs, pictureText, samePixels, samplingOf, samplingOptions } from "../pictures.ts";

export const randomRotation = defineLayer({
  name: "RandomRotation",
  summary: "While training, turns each picture around its middle by a random angle.",
  inputs: pictureInputs,
  bounds: samePixels,
  output: pictureText,
  options: {
    factor: factorOption(
      "How far to turn, as a share of a whole turn: between two numbers, or between -f and f for a single one.",
      [-1, 1],
    ),
    ...samplingOptions,
    seed: seedOption,
    boxes_in: boxesOption,
  },
  positional: ["factor"],
  trainingDiffers: true,
  moves: true,
  shape: (inputs, options) => pairProblem(options, ["factor"]) ?? picturesOrBoxes(inputs, options, ["f32", "i32"]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const draws = drawsOf(g, call, "RandomRotation");
    const by = boundsOf(call.options, "factor");
    const frame = frameOf(call.options);
    if (frame !== undefined) return { output: rotatedBoxes(g, x, draws, by, frame) };
    return { output: rotated(g, x, draws, by, samplingOf(call.options, x.type)) };
  },
  examples: [
    { nn: "RandomRotation(0.2)", type: "i32[4, 3] -> i32[4, 3]" },
    { nn: "RandomRotation(0.1)", type: "f32[4, 5, 2] -> f32[4, 5, 2]" },
    { nn: "RandomRotation([0.05, 0.2], fill_mode: constant, fill_value: 0.5)", type: "f32[5, 4, 1] -> f32[5, 4, 1]" },
    { nn: "RandomRotation(0.3, fill_mode: wrap, interpolation: nearest, seed: 1)", type: "f32[4, 4] -> f32[4, 4]" },
    { nn: "RandomRotation(0.1, boxes_in: 4x6)", type: "f32[3, 5] -> f32[3, 5]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_rotation/",
});

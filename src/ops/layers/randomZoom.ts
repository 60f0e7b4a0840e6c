import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorOption, pairProblem, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { boxesOption, frameOf, picturesOrBoxes } from "../movedBoxes.ts";
import { zoomed, zoomedBoxes } from "../moves.ts";
import { pictureInputs, pictureText, samePixels, samplingOf, samplingOptions } from "../pictures.ts";

export const randomZoom = defineLayer({
  name: "RandomZoom",
  summary: "While training, makes each picture smaller or larger by a random factor, in the same frame.",
  inputs: pictureInputs,
  bounds: samePixels,
  output: pictureText,
  options: {
    height_factor: factorOption(
      "How much lower to make a picture, as a share of its height; higher for a negative one. Between two numbers, or -f and f.",
      [-1, 1],
    ),
    width_factor: {
      ...factorOption("The same for its width; by default a picture keeps its proportions.", [-1, 1]),
      required: false,
      optional: true,
      default: undefined,
    },
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
    const { options } = call;
    const width = options.width_factor === undefined ? undefined : boundsOf(options, "width_factor");
    const by = { height: boundsOf(options, "height_factor"), width };
    const draws = drawsOf(g, call, "RandomZoom");
    const frame = frameOf(options);
    if (frame !== undefined) return { output: zoomedBoxes(g, x, draws, by, frame) };
    return { output: zoomed(g, x, draws, by, samplingOf(options, x.type)) };
  },
  examples: [
    { nn: "RandomZoom(0.3)", type: "f32[4, 5, 2] -> f32[4, 5, 2]" },
    { nn: "RandomZoom([-0.4, -0.2], [0.1, 0.3], fill_mode: constant)", type: "f32[5, 4, 1] -> f32[5, 4, 1]" },
    { nn: "RandomZoom(0.5, interpolation: nearest, seed: 1)", type: "f32[4, 4] -> f32[4, 4]" },
    { nn: "RandomZoom(0.3, boxes_in: 4x6)", type: "f32[3, 5] -> f32[3, 5]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_zoom/",
});

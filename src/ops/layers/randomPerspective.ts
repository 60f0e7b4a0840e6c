import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorWithDefault, pairProblem, seedOption, upTo } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { boxesOption, frameOf, picturesOrBoxes } from "../movedBoxes.ts";
import { boxesInPerspective, inPerspective } from "../moves.ts";
import { numberOf, numberOption } from "../options.ts";
import { pictureInputs, pictureText, samePixels, samplingOf, samplingOptions } from "../pictures.ts";

export const randomPerspective = defineLayer({
  name: "RandomPerspective",
  summary: "While training, shows some pictures as if seen from another place.",
  inputs: pictureInputs,
  bounds: samePixels,
  output: pictureText,
  options: {
    factor: factorWithDefault(
      1,
      "The probability, drawn for each picture between two numbers, or between 0 and a single one.",
      [0, 1],
    ),
    scale: numberOption(1, "How far corners may move: half of it, as a share of their place.", { min: 0, max: 1 }),
    interpolation: samplingOptions.interpolation,
    fill_value: { ...samplingOptions.fill_value, doc: "The number beyond the edges." },
    seed: seedOption,
    boxes_in: boxesOption,
  },
  positional: ["factor", "scale"],
  trainingDiffers: true,
  moves: true,
  shape: (inputs, options) => pairProblem(options, ["factor"]) ?? picturesOrBoxes(inputs, options, ["f32", "i32"]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const { options } = call;
    const how = { happens: boundsOf(options, "factor", upTo(0)), scale: numberOf(options, "scale") };
    const draws = drawsOf(g, call, "RandomPerspective");
    const frame = frameOf(options);
    if (frame !== undefined) return { output: boxesInPerspective(g, x, draws, how, frame) };
    const sampling = samplingOf({ ...options, fill_mode: "constant" }, x.type);
    return { output: inPerspective(g, x, draws, how, sampling) };
  },
  examples: [
    { nn: "RandomPerspective(scale: 0.5)", type: "f32[4, 5, 2] -> f32[4, 5, 2]" },
    { nn: "RandomPerspective([1, 1], 0.3, fill_value: 0.5)", type: "f32[5, 4, 1] -> f32[5, 4, 1]" },
    { nn: "RandomPerspective([1, 1], 0.3, interpolation: nearest, seed: 1)", type: "f32[4, 4] -> f32[4, 4]" },
    { nn: "RandomPerspective([1, 1], 0.3, boxes_in: 4x6)", type: "f32[3, 5] -> f32[3, 5]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_perspective/",
});

import type { OptionRecord } from "../../ir/graph.ts";
import { clipped, rangeOf, rangeProblem, valueRangeOption } from "../colours.ts";
import { bad, type Checked, defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorWithDefault, pairProblem, seedOption, upTo } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { integers } from "../options.ts";
import { pictureInputs, pictures, pictureText, samePixels } from "../pictures.ts";
import { blurred } from "../smooth.ts";

/** A window has a pixel in its middle. */
function evenProblem(options: OptionRecord): Checked<never> | undefined {
  if (integers(options, "kernel_size").every((size) => size % 2 === 1)) return undefined;
  return bad({ problem: "option", option: "kernel_size", message: "it must be odd: a pixel is in the middle" });
}

export const randomGaussianBlur = defineLayer({
  name: "RandomGaussianBlur",
  elsewhere: ["GaussianBlur"],
  summary: "While training, smooths some pictures by a Gaussian of random width.",
  inputs: pictureInputs,
  bounds: samePixels,
  output: pictureText,
  options: {
    factor: factorWithDefault(
      1,
      "The probability, drawn for each picture between two numbers, or between 0 and a single one.",
      [0, 1],
    ),
    kernel_size: {
      type: { kind: "size", rank: 2, min: 1 },
      default: [3, 3],
      doc: "The number of rows and columns that a pixel is made of, both odd.",
    },
    sigma: factorWithDefault(
      1,
      "The deviation of the Gaussian, drawn for each axis of each picture, in the same way.",
      [0, 1],
    ),
    value_range: valueRangeOption,
    seed: seedOption,
  },
  positional: ["factor", "kernel_size", "sigma"],
  trainingDiffers: true,
  shape: (inputs, options) =>
    pairProblem(options, ["factor", "sigma"]) ??
    rangeProblem(options) ??
    evenProblem(options) ??
    pictures(inputs, ["f32"]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const { options } = call;
    const how = {
      happens: boundsOf(options, "factor", upTo(0)),
      size: integers(options, "kernel_size"),
      sigma: boundsOf(options, "sigma", upTo(0)),
    };
    const made = blurred(g, x, drawsOf(g, call, "RandomGaussianBlur"), how);
    return { output: clipped(g, made, rangeOf(options)) };
  },
  examples: [
    { nn: "RandomGaussianBlur(value_range: [-2, 2])", type: "f32[4, 5, 3] -> f32[4, 5, 3]" },
    {
      nn: "RandomGaussianBlur([1, 1], [3, 5], [0.5, 1], value_range: [-2, 2], seed: 1)",
      type: "f32[5, 6] -> f32[5, 6]",
    },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_gaussian_blur/",
});

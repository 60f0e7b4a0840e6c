import { clipped, rangeOf, rangeProblem, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { boundsOf, drawsOf, factorWithDefault, pairProblem, seedOption, upTo } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { pictureInputs, pictures, pictureText, samePixels, samplingOf, samplingOptions } from "../pictures.ts";
import { bent } from "../smooth.ts";

export const randomElasticTransform = defineLayer({
  name: "RandomElasticTransform",
  summary: "While training, bends some pictures by smooth noise.",
  inputs: pictureInputs,
  bounds: samePixels,
  output: pictureText,
  options: {
    factor: factorWithDefault(
      1,
      "The probability, drawn for each picture between two numbers, or between 0 and a single one.",
      [0, 1],
    ),
    scale: factorWithDefault(1, "How strongly to bend, drawn in the same way.", [0, 1]),
    interpolation: samplingOptions.interpolation,
    fill_mode: samplingOptions.fill_mode,
    fill_value: samplingOptions.fill_value,
    value_range: valueRangeOption,
    seed: seedOption,
  },
  positional: ["factor", "scale"],
  trainingDiffers: true,
  moves: true,
  shape: (inputs, options) =>
    pairProblem(options, ["factor", "scale"]) ?? rangeProblem(options) ?? pictures(inputs, ["f32", "i32"]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const { options } = call;
    const how = { happens: boundsOf(options, "factor", upTo(0)), scale: boundsOf(options, "scale", upTo(0)) };
    const draws = drawsOf(g, call, "RandomElasticTransform");
    const made = bent(g, x, draws, how, samplingOf(options, x.type));
    return { output: x.type.dtype === "f32" ? clipped(g, made, rangeOf(options)) : made };
  },
  examples: [
    { nn: "RandomElasticTransform(scale: [0.8, 1], value_range: [-2, 2])", type: "f32[21, 22, 1] -> f32[21, 22, 1]" },
    {
      nn: "RandomElasticTransform([1, 1], [0.5, 1], fill_mode: constant, value_range: [-2, 2], seed: 1)",
      type: "f32[5, 6] -> f32[5, 6]",
    },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_elastic_transform/",
});

import { rangeProblem, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { drawsOf, factorWithDefault, pairProblem, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { numberOf } from "../options.ts";
import { allChanges, oneOf, strengthOf } from "../pictureChanges.ts";
import { colouredInputs, colouredPictures, colouredText, samplingOptions } from "../pictures.ts";

export const randAugment = defineLayer({
  name: "RandAugment",
  summary: "While training, changes each picture by some of eleven kinds of changes, drawn at random.",
  inputs: colouredInputs,
  output: colouredText,
  options: {
    value_range: valueRangeOption,
    num_ops: { type: { kind: "int", min: 1, max: 8 }, default: 2, doc: "The number of changes, one after another." },
    factor: factorWithDefault(0.5, "How strong they are: between two numbers, or between 0 and a single one.", [0, 1]),
    interpolation: samplingOptions.interpolation,
    seed: seedOption,
  },
  positional: ["value_range", "num_ops", "factor"],
  trainingDiffers: true,
  shape: (inputs, options) =>
    pairProblem(options, ["factor"]) ?? rangeProblem(options) ?? colouredPictures(inputs, [3, 1]),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const { options } = call;
    const how = { draws: drawsOf(g, call, "RandAugment"), strength: strengthOf(options, x.type) };
    const rounds = Array.from({ length: numberOf(options, "num_ops") }, (_, i) => `kind ${i}`);
    const output = rounds.reduce((picture, round) => oneOf(g, picture, allChanges, { ...how, round }), x);
    return { output };
  },
  examples: [{ nn: "RandAugment([0, 1], factor: 0.4)", type: "f32[3, 4, 3] -> f32[3, 4, 3]" }],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/rand_augment/",
});

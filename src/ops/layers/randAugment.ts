import type { Builder, Value } from "../../ir/builder.ts";
import {
  brightened,
  contrasted,
  degenerated,
  posterized,
  rangeOf,
  rangeProblem,
  sharpened,
  solarized,
  spreadOut,
  valueRangeOption,
} from "../colours.ts";
import { defineLayer } from "../definition.ts";
import {
  type Bounds,
  boundsOf,
  type Draws,
  drawsOf,
  factorWithDefault,
  pairProblem,
  perRow,
  seedOption,
  upTo,
} from "../draws.ts";
import { equalized } from "../histograms.ts";
import { inputOf } from "../layer.ts";
import { rotated, sheared, translated } from "../moves.ts";
import { numberOf } from "../options.ts";
import {
  colouredInputs,
  colouredPictures,
  colouredText,
  type Sampling,
  samplingOf,
  samplingOptions,
} from "../pictures.ts";

interface Strength {
  readonly by: Bounds;
  readonly range: Bounds;
  readonly sampling: Sampling;
}

/** All changes of a picture, in Keras's order. */
function changes(g: Builder, x: Value, draws: Draws, { by, range, sampling }: Strength): readonly Value[] {
  const both = { height: by, width: by };
  const bits = Math.max(1, Math.trunc(8 * by[1]));
  return [
    sheared(g, x, draws.part("shear"), both, sampling),
    translated(g, x, draws.part("translation"), both, sampling),
    rotated(g, x, draws.part("rotation"), by, sampling),
    brightened(g, x, draws.part("brightness"), by, range),
    degenerated(g, x, draws.part("degeneration"), by, range),
    contrasted(g, x, draws.part("contrast"), by, range),
    sharpened(g, x, draws.part("sharpness"), by, range),
    posterized(g, x, draws.part("posterization"), upTo(1)(bits), range),
    solarized(g, x, draws.part("solarization"), { addition: by, threshold: by }, range),
    spreadOut(g, x, range),
    equalized(g, x, 256, range),
  ];
}

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
    const sampling = samplingOf({ ...options, fill_mode: "reflect", fill_value: 0 }, x.type);
    const strength = { by: boundsOf(options, "factor", upTo(0)), range: rangeOf(options), sampling };
    const draws = drawsOf(g, call, "RandAugment");
    const rounds = Array.from({ length: numberOf(options, "num_ops") }, (_, i) => `kind ${i}`);
    const output = rounds.reduce((picture, round) => {
      const made = changes(g, picture, draws, strength);
      const kind = perRow(g, draws.below(round, made.length), x.type.shape.length);
      return made.reduce((chosen, change, i) => g.select(g.map("eq", kind, i), change, chosen), picture);
    }, x);
    return { output };
  },
  examples: [{ nn: "RandAugment([0, 1], factor: 0.4)", type: "f32[3, 4, 3] -> f32[3, 4, 3]" }],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/rand_augment/",
});

import type { Builder, Value } from "../../ir/builder.ts";
import { clipped, rangeProblem, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { drawsOf, factorWithDefault, pairProblem, perRow, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { symmetricBeta, symmetricDirichlet, weighed } from "../mixing.ts";
import { numberOf } from "../options.ts";
import { allChanges, oneOf, plainChanges, strengthOf } from "../pictureChanges.ts";
import { colouredInputs, colouredPictures, colouredText, samplingOptions } from "../pictures.ts";

export const augMix = defineLayer({
  name: "AugMix",
  summary: "While training, changes copies of each picture in chains of random steps, and mixes them with it.",
  inputs: colouredInputs,
  output: colouredText,
  options: {
    value_range: valueRangeOption,
    num_chains: { type: { kind: "int", min: 1, max: 8 }, default: 3, doc: "The number of copies." },
    chain_depth: {
      type: { kind: "int", min: 1, max: 8 },
      default: 3,
      doc: "The number of steps in a chain; one in twelve, or in eight of `all_ops: false`, changes nothing.",
    },
    factor: factorWithDefault(0.3, "How strong they are: between two numbers, or between 0 and a single one.", [0, 1]),
    alpha: {
      type: { kind: "float", min: 0, openMin: true, max: 100 },
      default: 1,
      doc: "The shares of the chains follow a Dirichlet distribution, that of the picture itself a Beta distribution with this number.",
    },
    all_ops: { type: { kind: "bool" }, default: true, doc: "Whether light and colours change, too." },
    interpolation: samplingOptions.interpolation,
    seed: seedOption,
  },
  positional: ["value_range", "num_chains", "chain_depth", "factor", "alpha", "all_ops"],
  trainingDiffers: true,
  shape: (inputs, options) =>
    pairProblem(options, ["factor"]) ?? rangeProblem(options) ?? colouredPictures(inputs, [3, 1]),
  expand(g: Builder, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const { options } = call;
    const draws = drawsOf(g, call, "AugMix");
    const strength = strengthOf(options, x.type);
    const alpha = numberOf(options, "alpha");
    const changes = options.all_ops === true ? allChanges : plainChanges;
    const names = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => String(i));
    const chains = names(numberOf(options, "num_chains")).map((chain) => {
      const own = draws.part(`chain ${chain}`);
      const step = (picture: Value, round: string): Value =>
        oneOf(g, picture, changes, { draws: own.part(round), round: "kind", strength, none: true });
      return names(numberOf(options, "chain_depth")).reduce(step, x);
    });
    const shares = symmetricDirichlet(g, draws.part("chains"), alpha, chains.length);
    const parts = chains.map((chain, i) => g.mul(chain, perRow(g, shares[i] as Value, x.type.shape.length)));
    const mixed = parts.reduce((sum, part) => g.add(sum, part));
    const kept = symmetricBeta(g, draws, g.constant(alpha, { dtype: "f32", shape: [x.type.shape[0] ?? 1] }));
    return { output: clipped(g, weighed(g, x, mixed, kept), strength.range) };
  },
  examples: [
    { nn: "AugMix([0, 1], 1, 1, 0.5, 0.4, false)", type: "f32[3, 2, 1] -> f32[3, 2, 1]" },
    { nn: "AugMix([0, 1], num_chains: 2, chain_depth: 1)", type: "f32[3, 4, 3] -> f32[3, 4, 3]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/aug_mix/",
});

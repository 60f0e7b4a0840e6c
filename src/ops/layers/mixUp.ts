import { defineLayer } from "../definition.ts";
import { drawsOf, seedOption } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { others, symmetricBeta, weighed } from "../mixing.ts";
import { numberOf } from "../options.ts";
import { oneInput } from "../shape.ts";

export const mixUp = defineLayer({
  name: "MixUp",
  summary:
    "While training, mixes each row with another one of its batch, and its target alike if it has the same seed.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  bounds: ([x]) => x,
  options: {
    alpha: {
      type: { kind: "float", min: 0, openMin: true, max: 100 },
      default: 0.2,
      doc: "How much is mixed: the share of the row itself follows a Beta distribution with this number twice.",
    },
    seed: seedOption,
  },
  positional: ["alpha"],
  trainingDiffers: true,
  mixesRows: true,
  shape: (inputs) => oneInput(inputs, { atLeast: 0, text: "[...]" }),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const draws = drawsOf(g, call, "MixUp");
    const alpha = g.constant(numberOf(call.options, "alpha"), { dtype: "f32", shape: [x.type.shape[0] ?? 1] });
    return { output: weighed(g, x, others(g, x, draws), symmetricBeta(g, draws, alpha)) };
  },
  examples: [
    { nn: "MixUp()", type: "f32[3, 4, 2] -> f32[3, 4, 2]" },
    { nn: "MixUp(1, seed: 2)", type: "f32[5] -> f32[5]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/mix_up/",
});

import { defineLayer } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { maskFits, maskShape, noiseShapeOption, rateOption } from "../noise.ts";
import { numberOf } from "../options.ts";

/** The value that `selu` approaches on the left. */
const LOWEST = -1.6732632423543772 * 1.0507009873554805;

export const alphaDropout = defineLayer({
  name: "AlphaDropout",
  nature: "drops",
  summary: "Dropout for `selu`: dropped elements take its lowest value, and mean and variance stay as they are.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: { rate: rateOption("The share of elements to drop."), noise_shape: noiseShapeOption },
  masks: passesMask,
  positional: ["rate"],
  trainingDiffers: true,
  shape: maskFits,
  expand(g, call) {
    const x = inputOf(call);
    const rate = numberOf(call.options, "rate");
    if (!call.training || rate === 0) return { output: x };
    const shape = maskShape(x, call.options);
    const kept = g.map("ge", g.random({ dtype: "f32", shape }, call.seed, call.step, call.stream), rate);
    const scale = ((1 - rate) * (1 + rate * LOWEST ** 2)) ** -0.5;
    return { output: g.add(g.mul(g.select(kept, x, LOWEST), scale), -scale * LOWEST * rate) };
  },
  examples: [{ nn: "AlphaDropout(0.3)", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "Klambauer et al. 2017; https://keras.io/api/layers/regularization_layers/alpha_dropout/",
});

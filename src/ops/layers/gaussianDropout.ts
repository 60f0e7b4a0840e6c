import { defineLayer } from "../definition.ts";
import { normal } from "../initializer.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { rateOption } from "../noise.ts";
import { numberOf } from "../options.ts";
import { oneInput } from "../shape.ts";

export const gaussianDropout = defineLayer({
  name: "GaussianDropout",
  nature: "drops",
  summary: "While training, multiplies each element by a normal variate with mean 1.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: {
    rate: rateOption("Sets the standard deviation, `sqrt(rate / (1 - rate))`, to that of a dropout's factors."),
  },
  masks: passesMask,
  positional: ["rate"],
  trainingDiffers: true,
  shape: (inputs) => oneInput(inputs, { atLeast: 0, text: "[...]" }),
  expand(g, call) {
    const x = inputOf(call);
    const rate = numberOf(call.options, "rate");
    if (!call.training || rate === 0) return { output: x };
    const drawn = g.random(x.type, call.seed, call.step, call.stream);
    return { output: g.mul(x, normal(g, drawn, 1, Math.sqrt(rate / (1 - rate)))) };
  },
  examples: [{ nn: "GaussianDropout(0.3)", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "Srivastava et al. 2014; https://keras.io/api/layers/regularization_layers/gaussian_dropout/",
});

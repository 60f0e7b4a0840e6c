import { defineLayer } from "../definition.ts";
import { normal } from "../initializer.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { numberOf } from "../options.ts";
import { oneInput } from "../shape.ts";

export const gaussianNoise = defineLayer({
  name: "GaussianNoise",
  summary: "While training, adds a normal variate with mean 0 to each element.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: {
    stddev: { type: { kind: "float", min: 0, max: 1 }, required: true, doc: "The standard deviation of the noise." },
  },
  masks: passesMask,
  positional: ["stddev"],
  trainingDiffers: true,
  shape: (inputs) => oneInput(inputs, { atLeast: 0, text: "[...]" }),
  expand(g, call) {
    const x = inputOf(call);
    const deviation = numberOf(call.options, "stddev");
    if (!call.training || deviation === 0) return { output: x };
    const drawn = g.random(x.type, call.seed, call.step, call.stream);
    return { output: g.add(x, normal(g, drawn, 0, deviation)) };
  },
  examples: [{ nn: "GaussianNoise(0.1)", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/regularization_layers/gaussian_noise/",
});

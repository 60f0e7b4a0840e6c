import { defineLayer, type WeightDef } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { axesExist, initializerOption, normalisedAxes } from "../normalization.ts";
import { flag, flagOption, numberOf, numberOption, use } from "../options.ts";
import { andThen, oneInput } from "../shape.ts";

export const layerNormalization = defineLayer({
  name: "LayerNormalization",
  nature: "normalises",
  summary: "Normalises each sample to zero mean and unit variance along its last axis, then scales and shifts it.",
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., n]",
  options: {
    axis: { type: { kind: "axes" }, default: -1, doc: "The axes that are normalised together." },
    epsilon: numberOption(1e-3, "Added to the variance.", { min: 0 }),
    center: flagOption(true, "Whether to add a learned `beta`."),
    scale: flagOption(true, "Whether to multiply by a learned `gamma`."),
    beta_initializer: initializerOption("zeros", "How `beta` starts."),
    gamma_initializer: initializerOption("ones", "How `gamma` starts."),
  },
  masks: passesMask,
  positional: [],
  weights([x], options) {
    const shape = x === undefined ? [] : normalisedAxes(x, options).map((axis) => x.shape[axis] ?? 1);
    const weight = (name: string): WeightDef => ({
      name,
      shape,
      initializer: use(options, `${name}_initializer`),
      trainable: true,
    });
    return [...(flag(options, "scale") ? [weight("gamma")] : []), ...(flag(options, "center") ? [weight("beta")] : [])];
  },
  shape: (inputs, options) => andThen(oneInput(inputs, { atLeast: 1, text: "[..., n]" }), (x) => axesExist(x, options)),
  expand(g, call) {
    const x = inputOf(call);
    const { gamma, beta } = call.weights;
    const axes = normalisedAxes(x.type, call.options);
    const shape = x.type.shape.map((size, i) => (axes.includes(i) ? size : 1));
    const centred = g.sub(x, g.mean(x, axes, true));
    const variance = g.mean(g.map("square", centred), axes, true);
    const unit = g.mul(centred, g.map("rsqrt", g.add(variance, numberOf(call.options, "epsilon"))));
    const scaled = gamma === undefined ? unit : g.mul(unit, g.reshape(gamma, shape));
    return { output: beta === undefined ? scaled : g.add(scaled, g.reshape(beta, shape)) };
  },
  examples: [{ nn: "LayerNormalization()", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "Ba, Kiros, Hinton 2016, eq. 4; https://keras.io/api/layers/normalization_layers/layer_normalization/",
});

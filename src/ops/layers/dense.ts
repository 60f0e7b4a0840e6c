import { CompilerBug } from "../../base/compilerBug.ts";
import { activate, activatedType } from "../activation.ts";
import { defineLayer, type WeightDef } from "../definition.ts";
import { loraOptions, loraWeight, withLora } from "../lora.ts";
import { passesMask } from "../mask.ts";
import { activationOption, biasInitializer, flag, kernelInitializer, numberOf, use, useBias } from "../options.ts";
import { andThen, oneInput } from "../shape.ts";

export const dense = defineLayer({
  name: "Dense",
  nature: "weighs",
  elsewhere: ["Linear"],
  alongLastAxis: true,
  summary: "Connects each of `units` outputs to every element of the last axis: `activation(x @ kernel + bias)`.",
  inputs: [{ name: "x", shape: "[..., n]" }],
  output: "[..., units]",
  options: {
    units: { type: { kind: "int", min: 1 }, required: true, doc: "The number of outputs." },
    activation: activationOption,
    use_bias: useBias,
    kernel_initializer: kernelInitializer,
    bias_initializer: biasInitializer,
    ...loraOptions,
  },
  masks: passesMask,
  positional: ["units", "activation"],
  weights([x], options) {
    const units = numberOf(options, "units");
    const inner = x?.shape[x.shape.length - 1] ?? 1;
    const kernel: WeightDef = {
      name: "kernel",
      shape: [inner, units],
      initializer: use(options, "kernel_initializer"),
      trainable: true,
    };
    const bias = { name: "bias", shape: [units], initializer: use(options, "bias_initializer"), trainable: true };
    return withLora(flag(options, "use_bias") ? [kernel, bias] : [kernel], options);
  },
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { atLeast: 1, text: "[..., n]" }), (x) =>
      activatedType({ dtype: "f32", shape: [...x.shape.slice(0, -1), numberOf(options, "units")] }, options),
    ),
  expand(g, call) {
    const [x] = call.inputs;
    const { bias } = call.weights;
    const kernel = loraWeight(g, "kernel", call.weights, call.options);
    if (x === undefined || kernel === undefined) throw new CompilerBug("Dense needs input and kernel");
    const sums = g.dot(x, kernel);
    return { output: activate(g, bias === undefined ? sums : g.add(sums, bias), call) };
  },
  examples: [
    { nn: "Dense(5, relu)", type: "f32[3] -> f32[5]" },
    { nn: "Dense(2, use_bias: false)", type: "f32[4, 3] -> f32[4, 2]" },
    { nn: "Dense(3, lora_rank: 2, lora_alpha: 3)", type: "f32[4] -> f32[3]" },
  ],
  source: "https://keras.io/api/layers/core_layers/dense/",
});

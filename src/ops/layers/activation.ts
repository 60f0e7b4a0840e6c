import { activate, activatedType } from "../activation.ts";
import { defineLayer } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { andThen, oneInput } from "../shape.ts";

export const activation = defineLayer({
  name: "Activation",
  summary: "Applies a function by its name.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: {
    activation: { type: { kind: "activation" }, required: true, last: true, doc: "The function to apply." },
  },
  masks: passesMask,
  positional: ["activation"],
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { atLeast: 0, text: "[...]" }), (x) => activatedType(x, options)),
  expand(g, call) {
    const x = inputOf(call);
    return { output: activate(g, x, call) };
  },
  examples: [{ nn: "Activation(relu)", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/core_layers/activation/",
});

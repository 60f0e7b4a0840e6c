import { defineLayer } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { numberOf } from "../options.ts";
import { oneInput } from "../shape.ts";

export const dropout = defineLayer({
  name: "Dropout",
  summary: "While training, sets a share `rate` of the elements to 0 and scales the others up by 1 / (1 - rate).",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: {
    rate: {
      type: { kind: "float", min: 0, max: 1, openMax: true },
      required: true,
      doc: "The share of elements to drop.",
    },
  },
  positional: ["rate"],
  trainingDiffers: true,
  shape: (inputs) => oneInput(inputs, { atLeast: 0, text: "[...]" }),
  expand(g, call) {
    const x = inputOf(call);
    const { options, training, stream } = call;
    const rate = numberOf(options, "rate");
    if (!training || rate === 0) return { output: x };
    const kept = g.map("ge", g.random(x.type, call.seed, call.step, stream), rate);
    return { output: g.select(kept, g.mul(x, 1 / (1 - rate)), 0) };
  },
  examples: [{ nn: "Dropout(0.5)", type: "f32[4, 3] -> f32[4, 3]" }],
  source: "https://keras.io/api/layers/regularization_layers/dropout/",
});

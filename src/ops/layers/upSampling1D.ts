import { multiplySizes } from "../../ir/size.ts";
import { defineLayer, ok } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { numberOf } from "../options.ts";
import { andThen, oneInput } from "../shape.ts";

export const upSampling1D = defineLayer({
  name: "UpSampling1D",
  summary: "Repeats each step of a sequence `size` times.",
  inputs: [{ name: "x", shape: "[steps, channels]" }],
  output: "[size * steps, channels]",
  options: { size: { type: { kind: "int", min: 1 }, default: 2, doc: "The number of repeats." } },
  positional: ["size"],
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { rank: 2, text: "[steps, channels]" }), (x) => {
      const [batch = 1, steps = 1, channels = 1] = x.shape;
      return ok({ dtype: x.dtype, shape: [batch, multiplySizes(steps, numberOf(options, "size")), channels] });
    }),
  expand(g, call) {
    const x = inputOf(call);
    const size = numberOf(call.options, "size");
    const [batch = 1, steps = 1, channels = 1] = x.type.shape;
    const repeated = g.broadcast(x, [batch, steps, size, channels], [0, 1, 3]);
    return { output: g.reshape(repeated, [batch, multiplySizes(steps, size), channels]) };
  },
  examples: [
    { nn: "UpSampling1D()", type: "f32[3, 2] -> f32[6, 2]" },
    { nn: "UpSampling1D(3)", type: "f32[2, 4] -> f32[6, 4]" },
  ],
  source: "https://keras.io/api/layers/reshaping_layers/up_sampling1d/",
});

import { defineLayer, ok } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { inputOf } from "../layer.ts";
import { numberOf } from "../options.ts";
import { andThen, oneInput } from "../shape.ts";

export const repeatVector = defineLayer({
  name: "RepeatVector",
  summary: "Repeats a vector `n` times along a new axis.",
  inputs: [{ name: "x", shape: "[features]" }],
  output: "[n, features]",
  options: { n: { type: { kind: "int", min: 1 }, required: true, doc: "The number of repeats." } },
  positional: ["n"],
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { takes: anyType, rank: 1, text: "[features]" }), (x) =>
      ok({ dtype: x.dtype, shape: [x.shape[0] ?? 1, numberOf(options, "n"), x.shape[1] ?? 1] }),
    ),
  expand(g, call) {
    const x = inputOf(call);
    const [batch = 1, features = 1] = x.type.shape;
    return { output: g.broadcast(x, [batch, numberOf(call.options, "n"), features], [0, 2]) };
  },
  examples: [{ nn: "RepeatVector(5)", type: "f32[3] -> f32[5, 3]" }],
  source: "https://keras.io/api/layers/reshaping_layers/repeat_vector/",
});

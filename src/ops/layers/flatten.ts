import { product } from "../../ir/size.ts";
import { defineLayer, ok } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { inputOf } from "../layer.ts";
import { andThen, oneInput } from "../shape.ts";

export const flatten = defineLayer({
  name: "Flatten",
  nature: "passes",
  summary: "Puts all elements of a sample on one axis, in row-major order.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[n]",
  options: {},
  positional: [],
  adapts: (from, to) =>
    from.length !== 1 && to.length === 1 ? { call: "Flatten()", options: {}, parameters: 0 } : undefined,
  shape: (inputs) =>
    andThen(oneInput(inputs, { takes: anyType, atLeast: 0, text: "[...]" }), (x) =>
      ok({ dtype: x.dtype, shape: [x.shape[0] ?? 1, product(x.shape.slice(1))] }),
    ),
  expand(g, call) {
    const x = inputOf(call);
    return { output: g.reshape(x, [x.type.shape[0] ?? 1, product(x.type.shape.slice(1))]) };
  },
  examples: [{ nn: "Flatten()", type: "f32[3, 4, 2] -> f32[24]" }],
  source: "https://keras.io/api/layers/reshaping_layers/flatten/",
});

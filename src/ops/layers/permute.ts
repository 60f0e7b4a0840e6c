import { bad, defineLayer, ok } from "../definition.ts";
import { anyType } from "../elementwise.ts";
import { inputOf } from "../layer.ts";
import { numbers } from "../options.ts";
import { andThen, oneInput } from "../shape.ts";

export const permute = defineLayer({
  name: "Permute",
  nature: "passes",
  summary: "Puts the axes in another order.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...]",
  options: { dims: { type: { kind: "axes" }, required: true, doc: "The axes in their new order, counted from 1." } },
  positional: ["dims"],
  shape: (inputs, options) =>
    andThen(oneInput(inputs, { takes: anyType, atLeast: 1, text: "[...]" }), (x) => {
      const order = numbers(options, "dims");
      const sorted = [...order].sort((a, b) => a - b);
      const whole = sorted.length === x.shape.length - 1 && sorted.every((axis, i) => axis === i + 1);
      if (!whole)
        return bad({
          problem: "option",
          option: "dims",
          message: `it must hold each axis from 1 to ${x.shape.length - 1} once`,
        });
      return ok({ dtype: x.dtype, shape: [0, ...order].map((axis) => x.shape[axis] ?? 1) });
    }),
  expand: (g, call) => ({ output: g.transpose(inputOf(call), [0, ...numbers(call.options, "dims")]) }),
  examples: [{ nn: "Permute([2, 1])", type: "f32[4, 3] -> f32[3, 4]" }],
  source: "https://keras.io/api/layers/reshaping_layers/permute/",
});

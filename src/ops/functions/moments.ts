import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { anyType, functionInput, functionValue } from "../elementwise.ts";
import { flag } from "../options.ts";
import { axesMissing, chosenAxes, keepOption, variance, withoutAxes } from "../reducing.ts";
import { andThen, twoAlike } from "../shape.ts";

const typeOf = (inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> =>
  andThen(functionInput(inputs, anyType), (x) => {
    const missing = axesMissing(x, options, "axes");
    if (missing !== undefined) return bad(missing);
    return ok({ dtype: "f32", shape: withoutAxes(x.shape, chosenAxes(x, options, "axes"), flag(options, "keepdims")) });
  });

export const moments = defineFunction({
  name: "moments",
  summary: "Mean and variance along axes: two results. Keras's `synchronized` is for several machines.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "[...], [...]",
  options: {
    axes: { type: { kind: "axes" }, required: true, doc: "The axes to reduce." },
    keepdims: keepOption,
  },
  positional: ["axes", "keepdims"],
  ...twoAlike(typeOf),
  expand(g, call) {
    const x = g.cast(functionValue(g, call), "f32");
    const axes = chosenAxes(x.type, call.options, "axes");
    const shape = withoutAxes(x.type.shape, axes, flag(call.options, "keepdims"));
    return { output: g.reshape(g.mean(x, axes, true), shape), more: [g.reshape(variance(g, x, axes), shape)] };
  },
  examples: [
    { nn: "moments(-1)", type: "f32[4, 3] -> f32[4], f32[4]" },
    { nn: "moments([1, 2], true)", type: "f32[4, 3] -> f32[1, 1], f32[1, 1]" },
  ],
  source: "https://keras.io/api/ops/nn/#moments-function",
});

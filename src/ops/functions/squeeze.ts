import type { OptionRecord } from "../../ir/graph.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { movement } from "../moving.ts";
import { axesMissing, axesOption, chosenAxes, innerAxes, withoutAxes } from "../reducing.ts";

function squeezed(x: TensorType, options: OptionRecord): Checked<TensorType> {
  const missing = axesMissing(x, options);
  if (missing !== undefined) return bad(missing);
  const axes = options.axis === undefined ? innerAxes(x).filter((axis) => x.shape[axis] === 1) : chosenAxes(x, options);
  const long = axes.find((axis) => x.shape[axis] !== 1);
  if (long !== undefined)
    return bad({
      problem: "size",
      input: 0,
      axis: long,
      expected: 1,
      actual: x.shape[long] ?? 1,
      why: "only axes of size 1 go away",
    });
  return ok({ dtype: x.dtype, shape: withoutAxes(x.shape, axes, false) });
}

export const squeeze = defineFunction({
  ...movement(squeezed, (g, x, to) => g.reshape(x, to.shape)),
  name: "squeeze",
  nature: "passes",
  summary: "Takes axes of size 1 away.",
  options: { axis: { ...axesOption(""), doc: "The axes to take away; by default all of size 1 but the batch." } },
  positional: ["axis"],
  examples: [
    { nn: "squeeze", type: "f32[1, 4, 1] -> f32[4]" },
    { nn: "squeeze(1)", type: "i32[1, 4, 1] -> i32[4, 1]" },
  ],
  source: "https://keras.io/api/ops/numpy/#squeeze-function",
});

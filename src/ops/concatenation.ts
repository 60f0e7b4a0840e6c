// Joins tensors along an axis, for the layer `Concatenate` and the function `concat`.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { addSizes, type Size, sameSize } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, ok } from "./definition.ts";
import { axisOption, numberOf } from "./options.ts";
import { axisPosition, axisProblem, axisWithin, dtypeProblem } from "./shape.ts";

function joinedType(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
  const [first, ...rest] = inputs;
  if (first === undefined || rest.length === 0)
    return bad({ problem: "inputs", expected: "two or more", actual: inputs.length });
  const type = dtypeProblem(inputs, [first.dtype]);
  if (type !== undefined) return bad(type);
  const rank = first.shape.length;
  const axis = axisWithin(numberOf(options, "axis"), first);
  if (axis === undefined) return bad(axisProblem("axis", numberOf(options, "axis"), rank));
  let joined: Size = first.shape[axis] ?? 0;
  for (const [i, x] of rest.entries()) {
    if (x.shape.length !== rank)
      return bad({ problem: "rank", input: i + 1, expected: [rank - 1], expectedText: "the axes of the first" });
    for (const [j, expected] of first.shape.entries()) {
      const actual = x.shape[j] ?? 0;
      if (j !== axis && !sameSize(expected, actual))
        return bad({ problem: "beside", input: i + 1, axis: j, expected, actual });
    }
    joined = addSizes(joined, x.shape[axis] ?? 0);
  }
  return ok({ dtype: first.dtype, shape: first.shape.map((size, i) => (i === axis ? joined : size)) });
}

/** The shared part of `Concatenate` and `concat`. */
export const concatenation = {
  inputs: [{ name: "xs...", shape: "[..., n, ...]" }],
  variadic: true,
  output: "[..., sum of n, ...]",
  options: { axis: axisOption(-1, "The axis along which to join the tensors.") },
  positional: ["axis"],
  shape: joinedType,
  expand(g: Builder, call: ExpandCall): { readonly output: Value } {
    const rank = call.inputs[0]?.type.shape.length ?? 0;
    return { output: g.concat(call.inputs, axisPosition(numberOf(call.options, "axis"), rank) ?? 0) };
  },
};

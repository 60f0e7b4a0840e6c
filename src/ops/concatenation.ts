// Joins tensors along an axis, for the layer `Concatenate` and the function `concat`.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { addSizes, type Size, sameSize } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, type MaskMaker, type MaskRule, ok } from "./definition.ts";
import { anyAlongLast } from "./mask.ts";
import { axisOption, numberOf } from "./options.ts";
import { axisProblem, axisWithin, dtypeProblem, innerShape, positionOf } from "./shape.ts";

const noAxis = {
  problem: "option",
  option: "axis",
  message: "single numbers have no axis to join along; stack puts them side by side",
} as const;

function joinedType(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
  const [first, ...rest] = inputs;
  if (first === undefined || rest.length === 0)
    return bad({ problem: "inputs", expected: "two or more", actual: inputs.length });
  const type = dtypeProblem(inputs, [first.dtype]);
  if (type !== undefined) return bad(type);
  const rank = first.shape.length;
  if (inputs.every((x) => innerShape(x).length === 0)) return bad(noAxis);
  const axis = axisWithin(numberOf(options, "axis"), first);
  if (axis === undefined) return bad(axisProblem("axis", numberOf(options, "axis"), first));
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

/** The masks of the inputs as wide as these, joined as they are: a step counts if any of its elements does, as in Keras. */
const joinedMask: MaskMaker = {
  type({ inputs, carried, options }) {
    if (carried.every((mask) => mask === undefined)) return undefined;
    const made = joinedType(inputs, options);
    return "bad" in made ? undefined : { dtype: "bool", shape: made.ok.shape.slice(0, -1) };
  },
  expand(g, { inputs, carried, options }) {
    const wide = inputs.map((x, i) => {
      const mask = carried[i];
      if (mask === undefined) return g.constant(1, { dtype: "bool", shape: x.type.shape });
      return g.broadcast(
        mask,
        x.type.shape,
        mask.type.shape.map((_, axis) => axis),
      );
    });
    const rank = inputs[0]?.type.shape.length ?? 0;
    return anyAlongLast(g, g.concat(wide, positionOf(numberOf(options, "axis"), rank)));
  },
};

/** The shared part of `Concatenate` and `concat`. */
export const concatenation = {
  inputs: [{ name: "xs...", shape: "[..., n, ...]" }],
  variadic: true,
  output: "[..., sum of n, ...]",
  masks: (): MaskRule => joinedMask,
  options: { axis: axisOption(-1, "The axis along which to join the tensors.") },
  positional: ["axis"],
  shape: joinedType,
  expand(g: Builder, call: ExpandCall): { readonly output: Value } {
    const rank = call.inputs[0]?.type.shape.length ?? 0;
    return { output: g.concat(call.inputs, positionOf(numberOf(call.options, "axis"), rank)) };
  },
};

import type { Size } from "../../ir/size.ts";
import { sameSize } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { countOf, fromStart, inputAt, moved, samplesOf } from "../indices.ts";
import { maybeNumber } from "../options.ts";
import { axisProblem, axisWithin, dtypeProblem, isBatched, known, positionOf } from "../shape.ts";

/** The shape that both have beside the axis: sizes of 1 stretch. */
function beside(x: readonly Size[], indices: readonly Size[], position: number): readonly Size[] | undefined {
  const shape = x.map((size, axis) => {
    const other = indices[axis] ?? 1;
    return axis === position || size === 1 ? other : other === 1 || sameSize(size, other) ? size : undefined;
  });
  return shape.every((size) => size !== undefined) ? (shape as readonly Size[]) : undefined;
}

/** The type of the elements, from tensors of as many axes. */
function takenType(x: TensorType, indices: TensorType, position: number): Checked<TensorType> {
  const rank = x.shape.length;
  if (indices.shape.length !== rank || isBatched(x) !== isBatched(indices))
    return bad({
      problem: "rank",
      input: 1,
      expected: [samplesOf(x).own.length],
      expectedText: "the axes of the first",
    });
  const shape = beside(x.shape, indices.shape, position);
  return shape === undefined ? bad({ problem: "differ", input: 1 }) : ok({ dtype: x.dtype, shape });
}

export const takeAlongAxis = defineFunction({
  name: "take_along_axis",
  elsewhere: ["gather_along_axis"],
  summary:
    "The elements of x at indices along an axis, one index for each; -1 is the last, and beyond the ends it is the nearest.",
  inputs: [
    { name: "x", shape: "[..., n, ...]" },
    { name: "indices", shape: "[..., k, ...]" },
  ],
  output: "[..., k, ...]",
  options: {
    axis: {
      type: { kind: "axis" },
      optional: true,
      default: undefined,
      doc: "The axis of the indices. Without one, the elements of x (of a sample) are one after another, and so are the indices.",
    },
  },
  positional: ["axis"],
  shape(inputs, options) {
    const [x, indices] = inputs;
    if (x === undefined || indices === undefined || inputs.length !== 2)
      return bad({ problem: "inputs", expected: "two", actual: inputs.length });
    if (indices.dtype !== "i32") return bad({ problem: "dtype", input: 1, expected: ["i32"] });
    const wrong = dtypeProblem([x], ["f32", "i32", "bool"]);
    if (wrong !== undefined) return bad(wrong);
    const axis = maybeNumber(options, "axis");
    if (axis === undefined) {
      if (isBatched(x) !== isBatched(indices) || samplesOf(indices).own.length !== 1)
        return bad({ problem: "rank", input: 1, expected: [1], expectedText: "[k]" });
      return ok({ dtype: x.dtype, shape: indices.shape });
    }
    const position = axisWithin(axis, x);
    return position === undefined ? bad(axisProblem("axis", axis, x)) : takenType(x, indices, position);
  },
  expand(g, { inputs, options }) {
    const axis = maybeNumber(options, "axis");
    const [given, places] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    const { samples, own } = samplesOf(given.type);
    const x = axis === undefined ? g.reshape(given, [...samples, countOf(own)]) : given;
    const rank = x.type.shape.length;
    const position = axis === undefined ? rank - 1 : positionOf(axis, rank);
    const shape = beside(x.type.shape, places.type.shape, position) ?? places.type.shape;
    // With the axis at the end, all axes before it are shared.
    const [last, back] = [moved(rank, position, rank - 1), moved(rank, rank - 1, position)];
    const size = known(x.type.shape[position]);
    const table = g.transpose(g.broadcastTo(x, shape.with(position, size)), last);
    const indices = g.transpose(g.broadcastTo(fromStart(g, places, size), shape), last);
    return { output: g.transpose(g.gather(table, indices, rank - 1, rank - 1), back) };
  },
  examples: [
    { nn: "take_along_axis(axis: 1)", type: "f32[5, 3], i32[2, 3] -> f32[2, 3]" },
    { nn: "take_along_axis(axis: -1)", type: "f32[2, 4], i32[1, 3] -> f32[2, 3]" },
  ],
  source: "https://keras.io/api/ops/numpy/#takealongaxis-function",
});

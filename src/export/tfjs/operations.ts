// The graph operations that primitives consist of, with the attributes that TensorFlow requires. They take whole values,
// because only functions of single elements broadcast by themselves.

import { CompilerBug } from "../../base/compilerBug.ts";
import { addSizes, type Size, sameSize } from "../../ir/size.ts";
import { mostAxes } from "../../recognise/limits.ts";
import { changeAxes, reduceRuns, transposeRuns } from "../../recognise/oneByOne.ts";
import { endOf, type GraphDraft, type Tensor } from "./draft.ts";
import { flagAttribute, numberAttribute, typeAttribute } from "./graphDef.ts";
import { rightSide } from "./rightSide.ts";

const indices = typeAttribute("int32");
const isIdentity = (permutation: readonly number[]): boolean => permutation.every((from, to) => from === to);

export function transpose(g: GraphDraft, x: Tensor, permutation: readonly number[]): Tensor {
  if (isIdentity(permutation)) return x;
  if (permutation.length > mostAxes.transpose)
    return transposeRuns(g, x, permutation, mostAxes.transpose, (view, fewer) => transpose(g, view, fewer));
  const order = g.constant("int32", [permutation.length], permutation);
  const shape = permutation.map((axis) => x.shape[axis] ?? 1);
  return g.add("Transpose", [x, order], { T: typeAttribute(x.dtype), Tperm: indices }, { dtype: x.dtype, shape });
}

const reductions = { sum: "Sum", max: "Max", min: "Min", mean: "Mean" } as const;

/** Reduces over the axes, which vanish or stay with size 1. */
export function reduce(
  g: GraphDraft,
  op: keyof typeof reductions,
  x: Tensor,
  axes: readonly number[],
  keep: "keep" | "drop" = "drop",
): Tensor {
  if (axes.length === 0) return x;
  const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  if (x.shape.length > mostAxes.reduce) {
    const made = reduceRuns(g, x, axes, (view) => reduce(g, op, view, [1]));
    return keep === "keep" ? g.reshape(made, kept) : made;
  }
  const attributes = { T: typeAttribute(x.dtype), Tidx: indices, keep_dims: flagAttribute(keep === "keep") };
  const shape = keep === "keep" ? kept : x.shape.filter((_, axis) => !axes.includes(axis));
  const inputs = [x, g.constant("int32", [axes.length], axes)];
  return g.add(reductions[op], inputs, attributes, { dtype: x.dtype, shape });
}

/** Surrounds a tensor with `value`. */
export function pad(
  g: GraphDraft,
  x: Tensor,
  before: readonly number[],
  after: readonly number[],
  value: number,
): Tensor {
  if ([...before, ...after].every((amount) => amount === 0)) return x;
  const amount = (axis: number): number => (before[axis] ?? 0) + (after[axis] ?? 0);
  const shape = x.shape.map((size, axis) => addSizes(size, amount(axis)));
  if (shape.length > mostAxes.pad)
    return changeAxes(
      g,
      x,
      (axis) => (amount(axis) === 0 ? undefined : shape[axis]),
      (view, axis) => pad(g, view, [0, before[axis] ?? 0, 0], [0, after[axis] ?? 0, 0], value),
    );
  const amounts = before.flatMap((count, axis) => [count, after[axis] ?? 0]);
  const inputs = [x, g.constant("int32", [before.length, 2], amounts), g.scalar(x.dtype, value)];
  return g.add("PadV2", inputs, { T: typeAttribute(x.dtype), Tpaddings: indices }, { dtype: x.dtype, shape });
}

/** Takes every `strides[i]`-th element from `starts[i]` on, as many as `shape` says. */
export function slice(
  g: GraphDraft,
  x: Tensor,
  starts: readonly number[],
  strides: readonly number[],
  shape: readonly Size[],
): Tensor {
  const whole = shape.map((size, i) => starts[i] === 0 && strides[i] === 1 && sameSize(size, x.shape[i] ?? 1));
  if (whole.every(Boolean)) return x;
  const rank = shape.length;
  if (rank > mostAxes.slice)
    return changeAxes(
      g,
      x,
      (axis) => (whole[axis] ? undefined : shape[axis]),
      (view, axis, to) => slice(g, view, [0, starts[axis] ?? 0, 0], [1, strides[axis] ?? 1, 1], to),
    );
  const types = { T: typeAttribute(x.dtype), Index: indices };
  const type = { dtype: x.dtype, shape };
  const begin = g.constant("int32", [rank], starts);
  if (strides.every((stride) => stride === 1)) {
    // -1 means the end of the axis.
    const sizes = shape.map((size, i) => (whole[i] ? -1 : size));
    return g.add("Slice", [x, begin, g.shapeOf(sizes, false)], types, type);
  }
  // Backend `wasm` of TensorFlow.js returns whole numbers from a strided slice as if they were floats.
  if (x.dtype !== "float32")
    return strides.reduce<Tensor>((part, _, axis) => {
      if (whole[axis] === true) return part;
      const places = Array.from(
        { length: Number(shape[axis]) },
        (_, i) => (starts[axis] ?? 0) + i * (strides[axis] ?? 1),
      );
      return gather(g, part, places, axis);
    }, x);
  const ends = shape.map((size, i) => (whole[i] ? 0 : endOf(starts[i] ?? 0, size, strides[i] ?? 1)));
  const mask = numberAttribute(whole.reduce((bits, is, i) => (is ? bits | (1 << i) : bits), 0));
  const none = numberAttribute(0);
  const masks = { begin_mask: mask, end_mask: mask, ellipsis_mask: none, new_axis_mask: none, shrink_axis_mask: none };
  const inputs = [x, begin, g.shapeOf(ends, false), g.constant("int32", [rank], strides)];
  return g.add("StridedSlice", inputs, { ...types, ...masks }, type);
}

/** Takes the elements at `places` of one axis. */
export function gather(g: GraphDraft, x: Tensor, places: readonly number[], axis: number): Tensor {
  if (x.shape.length > mostAxes.slice)
    return changeAxes(
      g,
      x,
      (one) => (one === axis ? places.length : undefined),
      (view) => gather(g, view, places, 1),
    );
  const types = { Tparams: typeAttribute(x.dtype), Tindices: indices, Taxis: indices, batch_dims: numberAttribute(0) };
  const inputs = [x, g.constant("int32", [places.length], places), g.scalar("int32", axis)];
  const shape = x.shape.map((size, i) => (i === axis ? places.length : size));
  return g.add("GatherV2", inputs, types, { dtype: x.dtype, shape });
}

export function concat(g: GraphDraft, list: readonly Tensor[], axis: number, shape: readonly Size[]): Tensor {
  const [first] = list;
  if (first === undefined) throw new CompilerBug("a concatenation of nothing");
  if (list.length === 1) return first;
  const attributes = { N: numberAttribute(list.length), T: typeAttribute(first.dtype), Tidx: indices };
  return g.add("ConcatV2", [...list, g.scalar("int32", axis)], attributes, { dtype: first.dtype, shape });
}

/** Multiplies matrices along the last two axes; both operands share the axes before them. */
export function matMul(g: GraphDraft, a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  const rank = a.shape.length;
  const rows = a.shape[rank - (transposeA ? 1 : 2)] ?? 1;
  const columns = b.shape[rank - (transposeB ? 2 : 1)] ?? 1;
  const type = { dtype: a.dtype, shape: [...a.shape.slice(0, -2), rows, columns] };
  const flags = [flagAttribute(transposeA), flagAttribute(transposeB)] as const;
  const T = typeAttribute(a.dtype);
  const right = transposeA || transposeB ? b : rightSide(g, b);
  return rank === 2
    ? g.add("MatMul", [a, right], { T, transpose_a: flags[0], transpose_b: flags[1] }, type)
    : g.add("BatchMatMulV2", [a, right], { T, adj_x: flags[0], adj_y: flags[1] }, type);
}

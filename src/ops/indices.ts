// Types and values that operators with indices share: the rows of a tensor at indices along an axis, and the places of classes
// along an axis of their own.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { Size } from "../ir/size.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import { isBatched, known } from "./shape.ts";

/** An index from the end, -1 for the last, becomes one from the start. */
export function fromStart(g: Builder, indices: Value, size: number): Value {
  return g.select(g.map("lt", indices, 0), g.add(indices, size), indices);
}

/** The order of axes that moves the axis `from` to the place `to` and keeps the order of the others. */
export function moved(rank: number, from: number, to: number): readonly number[] {
  const others = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== from);
  return [...others.slice(0, to), from, ...others.slice(to)];
}

/** The type of the rows of `x` at `indices` along the axis at `position`. A batch axis comes first. */
export function rowsType(x: TensorType, indices: TensorType, position: number): TensorType {
  const [before, after] = [x.shape.slice(0, position), x.shape.slice(position + 1)];
  const batch = isBatched(indices) && !isBatched(x) ? indices.shape.slice(0, 1) : [];
  const own = isBatched(indices) ? indices.shape.slice(1) : indices.shape;
  return tensor(x.dtype, ...batch, ...before, ...own, ...after);
}

/**
 * The rows of `x` at `indices`, counted from 0, along the axis at `position`: each sample's own where both have samples, for each
 * sample where only one of them has.
 */
export function rowsAt(g: Builder, x: Value, indices: Value, position: number): Value {
  const batched = isBatched(indices.type);
  if (isBatched(x.type) || !batched || position === 0)
    return g.gather(x, indices, position, isBatched(x.type) && batched ? 1 : 0);
  // Samples come first, so the rows do too; then the axes before the rows go back to their place.
  const rank = x.type.shape.length;
  const rows = g.gather(g.transpose(x, moved(rank, position, 0)), indices, 0);
  const own = indices.type.shape.length - 1;
  const axes = rows.type.shape.map((_, axis) => axis);
  const before = axes.slice(1 + own, 1 + own + position);
  return g.transpose(rows, [0, ...before, ...axes.slice(1, 1 + own), ...axes.slice(1 + own + position)]);
}

/** The rows of each sample, or of a tensor without samples, in an axis of their own. */
export interface SampleRows {
  /** The sizes of the batch axis; empty without samples. */
  readonly samples: readonly Size[];
  readonly own: readonly Size[];
}

/** The axes of a type without its batch axis, and that axis. */
export const samplesOf = ({ shape }: TensorType): SampleRows =>
  isBatched({ dtype: "f32", shape })
    ? { samples: shape.slice(0, 1), own: shape.slice(1) }
    : { samples: [], own: shape };

/** Whether each index names a class: true along a new axis of `count` classes at the place of the index; bool. */
export function oneHot(g: Builder, indices: Value, count: number, position: number): Value {
  const { shape } = indices.type;
  const type: TensorType = { dtype: "i32", shape: [...shape.slice(0, position), count, ...shape.slice(position)] };
  const places = type.shape.map((_, axis) => axis).filter((axis) => axis !== position);
  return g.map("eq", g.broadcast(indices, type.shape, places), g.iota(type, position));
}

/** The number of elements of axes of known size. */
export const countOf = (shape: readonly Size[]): number =>
  shape.reduce<number>((count, size) => count * known(size), 1);

/** The only input of a call, in the same element type. */
export function inputAt(inputs: readonly Value[], at: number): Value {
  const found = inputs[at];
  if (found === undefined) throw new CompilerBug(`an operator without its input ${at}`);
  return found;
}

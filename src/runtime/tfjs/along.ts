// Walks one axis of a tensor by several loops, `offset + Σ stride · loop`: reads it into an axis for each, and adds back.

import { transposed } from "./axes.ts";
import type { Tensor, TensorFlow } from "./tensors.ts";

/** Lists the indices `offset + Σ stride · loop` of an axis, in row-major order of the loops. */
function indicesOf(offset: number, strides: readonly number[], extents: readonly number[]): number[] {
  return strides.reduce<number[]>(
    (before, stride, i) => before.flatMap((at) => Array.from({ length: extents[i] ?? 1 }, (_, k) => at + stride * k)),
    [offset],
  );
}

/** Replaces `axis` by one axis for each loop: element `offset + Σ stride · loop`, or 0 where there is none. */
export function readAlong(
  tf: TensorFlow,
  x: Tensor,
  axis: number,
  offset: number,
  strides: readonly number[],
  extents: readonly number[],
): Tensor {
  const size = x.shape[axis] ?? 1;
  const before = x.shape.slice(0, axis);
  const after = x.shape.slice(axis + 1);
  const found = indicesOf(offset, strides, extents).map((i) => (i >= 0 && i < size ? i : size));
  // As three axes, because no backend pads tensors of many.
  const around = [before, after].map((sizes) => sizes.reduce((a, b) => a * b, 1)) as [number, number];
  const flat = tf.reshape(x, [around[0], size, around[1]]);
  const none: [number, number] = [0, 0];
  const padded = found.includes(size) ? tf.pad(flat, [none, [0, 1], none], 0) : flat;
  const taken = tf.gather(padded, tf.tensor(Int32Array.from(found), [found.length], "int32"), 1);
  return tf.reshape(taken, [...before, ...extents, ...after]);
}

/** The opposite: adds the axes of the loops, from `axis` on, into one of `size` elements; places outside are dropped. */
export function addAlong(
  tf: TensorFlow,
  x: Tensor,
  axis: number,
  offset: number,
  strides: readonly number[],
  extents: readonly number[],
  size: number,
): Tensor {
  const found = indicesOf(offset, strides, extents);
  const table = new Float32Array(found.length * size);
  for (const [row, i] of found.entries()) if (i >= 0 && i < size) table[row * size + i] = 1;
  const before = x.shape.slice(0, axis);
  const after = x.shape.slice(axis + extents.length);
  const rank = before.length + 1 + after.length;
  const rest = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== before.length);
  const joined = transposed(tf, tf.reshape(x, [...before, found.length, ...after]), [...rest, before.length]);
  const rows = tf.reshape(joined, [[...before, ...after].reduce((a, b) => a * b, 1), found.length]);
  const added = tf.matMul(rows, tf.tensor(table, [found.length, size], "float32"), false, false);
  const back = Array.from({ length: rank }, (_, i) => (i < before.length ? i : i === before.length ? rank - 1 : i - 1));
  return transposed(tf, tf.reshape(added, [...before, ...after, size]), back);
}

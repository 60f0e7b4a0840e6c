// Takes rows of a tensor at indices that are values, and adds rows at indices. An index out of range names the nearest row: not
// every backend checks it. Backend `wasm` takes wrong rows where tensors share axes, so all tables are one.

import { lengthOfAxes } from "./axes.ts";
import type { Tensor, TensorFlow } from "./tensors.ts";

/** The tables of a tensor, one for each index of the axes before the rows, under each other. */
function tablesOf(shape: readonly number[], axis: number, batch: number) {
  const [shared, between] = [lengthOfAxes(shape.slice(0, batch)), lengthOfAxes(shape.slice(batch, axis))];
  return { shared, between, size: shape[axis] ?? 1, inner: lengthOfAxes(shape.slice(axis + 1)) };
}

/** Each index once for each table, counted over the rows of all tables. */
function placesIn(tf: TensorFlow, indices: Tensor, count: number, tables: ReturnType<typeof tablesOf>): Tensor {
  const { shared, between, size } = tables;
  const nearest = tf.minimum(tf.maximum(indices, tf.scalar(0, "int32")), tf.scalar(size - 1, "int32"));
  if (shared * between === 1) return tf.reshape(nearest, [count]);
  const each = tf.broadcastTo(tf.reshape(nearest, [shared, 1, count]), [shared, between, count]);
  const first = Int32Array.from({ length: shared * between }, (_, table) => table * size);
  const starts = tf.broadcastTo(tf.tensor(first, [shared, between, 1], "int32"), [shared, between, count]);
  return tf.reshape(tf.add(each, starts), [shared * between * count]);
}

/** The rows of `x` along `axis`; the first `batch` axes of `x` and `indices` are the same axes. */
export function gatherRows(tf: TensorFlow, x: Tensor, indices: Tensor, axis: number, batch: number): Tensor {
  const tables = tablesOf(x.shape, axis, batch);
  const { shared, between, size, inner } = tables;
  const own = indices.shape.slice(batch);
  const rows = tf.reshape(x, [shared * between * size, inner]);
  const taken = tf.gather(rows, placesIn(tf, indices, lengthOfAxes(own), tables), 0);
  return tf.reshape(taken, [...x.shape.slice(0, axis), ...own, ...x.shape.slice(axis + 1)]);
}

/** The opposite: adds the rows of `updates` to zeros of a shape. */
export function addRows(
  tf: TensorFlow,
  updates: Tensor,
  indices: Tensor,
  shape: readonly number[],
  axis: number,
  batch: number,
): Tensor {
  const tables = tablesOf(shape, axis, batch);
  const { shared, between, size, inner } = tables;
  const count = lengthOfAxes(indices.shape.slice(batch));
  const places = tf.reshape(placesIn(tf, indices, count, tables), [shared * between * count, 1]);
  const rows = tf.reshape(updates, [shared * between * count, inner]);
  return tf.reshape(tf.scatterND(places, rows, [shared * between * size, inner]), [...shape]);
}

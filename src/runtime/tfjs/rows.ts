// Takes rows of a tensor at indices that are values, and adds rows at indices. An index out of range names the nearest row: not
// every backend checks it.

import { lengthOfAxes } from "./axes.ts";
import type { Tensor, TensorFlow } from "./tensors.ts";

const nearest = (tf: TensorFlow, indices: Tensor, size: number): Tensor =>
  tf.minimum(tf.maximum(indices, tf.scalar(0, "int32")), tf.scalar(size - 1, "int32"));

/** The rows of `x` along `axis`; the first `batch` axes of `x` and `indices` are the same axes. */
export function gatherRows(tf: TensorFlow, x: Tensor, indices: Tensor, axis: number, batch: number): Tensor {
  const { shape } = x;
  const [size = 1, after] = [shape[axis], shape.slice(axis + 1)];
  const [shared, between] = [lengthOfAxes(shape.slice(0, batch)), lengthOfAxes(shape.slice(batch, axis))];
  const own = indices.shape.slice(batch);
  const table = tf.reshape(x, [shared, between, size, lengthOfAxes(after)]);
  const places = tf.reshape(nearest(tf, indices, size), [shared, lengthOfAxes(own)]);
  return tf.reshape(tf.gather(table, places, 2, 1), [...shape.slice(0, axis), ...own, ...after]);
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
  const [size = 1, inner] = [shape[axis], lengthOfAxes(shape.slice(axis + 1))];
  const [shared, between] = [lengthOfAxes(shape.slice(0, batch)), lengthOfAxes(shape.slice(batch, axis))];
  const count = lengthOfAxes(indices.shape.slice(batch));
  const places = tf.reshape(nearest(tf, indices, size), [shared, 1, count]);
  // Each index, counted over the rows of all tables.
  const first = Int32Array.from({ length: shared * between }, (_, table) => table * size);
  const starts = tf.tensor(first, [shared, between, 1], "int32");
  const rows = tf.reshape(tf.add(tf.broadcastTo(places, [shared, between, count]), starts), [
    shared * between * count,
    1,
  ]);
  const added = tf.scatterND(rows, tf.reshape(updates, [shared * between * count, inner]), [
    shared * between * size,
    inner,
  ]);
  return tf.reshape(added, [...shape]);
}

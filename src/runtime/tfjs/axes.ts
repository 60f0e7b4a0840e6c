// Calls over any number of axes. Backends of TensorFlow.js transpose six at most, pad four, and repeat five; beyond that,
// some silently compute wrong numbers. Neighbouring axes go as one, the others one after the other.

import type { Tensor, TensorFlow } from "./tensors.ts";

/** Counts the elements of axes of these sizes together. */
export const lengthOfAxes = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
const isIdentity = (permutation: readonly number[]): boolean => permutation.every((from, to) => from === to);

/** Returns the tensor with its axes in another order. */
export function transposed(tf: TensorFlow, x: Tensor, permutation: readonly number[]): Tensor {
  if (isIdentity(permutation)) return x;
  if (permutation.length <= 6) return tf.transpose(x, [...permutation]);
  const starts = permutation.filter((from, to) => from === 0 || permutation[to - 1] !== from - 1);
  const inOrder = [...starts].sort((a, b) => a - b);
  const sizes = inOrder.map((start, i) => lengthOfAxes(x.shape.slice(start, inOrder[i + 1])));
  const order = starts.map((start) => inOrder.indexOf(start));
  const merged = tf.reshape(x, sizes);
  const made = order.length <= 6 ? tf.transpose(merged, order) : blockByBlock(tf, merged, order);
  return tf.reshape(
    made,
    permutation.map((axis) => x.shape[axis] ?? 1),
  );
}

/** Moves one axis after the other to its place: two neighbouring blocks change places among four. */
function blockByBlock(tf: TensorFlow, x: Tensor, order: readonly number[]): Tensor {
  const sizes = x.shape;
  const now = sizes.map((_, axis) => axis);
  const size = (axes: readonly number[]): number => lengthOfAxes(axes.map((axis) => sizes[axis] ?? 1));
  return order.reduce((inner, axis, to) => {
    const from = now.indexOf(axis);
    if (from === to) return inner;
    const blocks = [now.slice(0, to), now.slice(to, from), [axis], now.slice(from + 1)];
    now.splice(to, 0, ...now.splice(from, 1));
    return tf.transpose(tf.reshape(inner, blocks.map(size)), [0, 2, 1, 3]);
  }, x);
}

/** Sums over some axes, which vanish. */
export function summed(tf: TensorFlow, x: Tensor, axes: readonly number[]): Tensor {
  if (axes.length === 0) return x;
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const shape = kept.map((axis) => x.shape[axis] ?? 1);
  if (x.shape.length <= 6) return tf.sum(x, [...axes]);
  const rows = [lengthOfAxes(shape), lengthOfAxes(axes.map((axis) => x.shape[axis] ?? 1))];
  return tf.reshape(tf.sum(tf.reshape(transposed(tf, x, [...kept, ...axes]), rows), 1), shape);
}

/** Repeats the tensor for each index of new axes before its own. */
export function repeated(tf: TensorFlow, x: Tensor, sizes: readonly number[]): Tensor {
  if (sizes.length === 0) return x;
  const [count, length] = [lengthOfAxes(sizes), lengthOfAxes(x.shape)];
  return tf.reshape(tf.broadcastTo(tf.reshape(x, [1, length]), [count, length]), [...sizes, ...x.shape]);
}

/** Surrounds a tensor with `fill`, so much before and after each axis. */
export function padded(
  tf: TensorFlow,
  x: Tensor,
  amounts: readonly (readonly [number, number])[],
  fill: number,
): Tensor {
  if (amounts.length <= 4)
    return tf.pad(
      x,
      amounts.map(([before, after]): [number, number] => [before, after]),
      fill,
    );
  return amounts.reduce((inner, [before, after], axis) => {
    if (before + after === 0) return inner;
    const shape = inner.shape;
    const view = tf.reshape(inner, [
      lengthOfAxes(shape.slice(0, axis)),
      shape[axis] ?? 1,
      lengthOfAxes(shape.slice(axis + 1)),
    ]);
    const none: [number, number] = [0, 0];
    const made = tf.pad(view, [none, [before, after], none], fill);
    return tf.reshape(made, [...shape.slice(0, axis), before + (shape[axis] ?? 1) + after, ...shape.slice(axis + 1)]);
  }, x);
}

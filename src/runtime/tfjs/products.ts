// Computes sums of products and moving windows that no single operation of TensorFlow.js has, by a transpose, one matMul,
// and gathers along an axis. Loops have names, and tensors have the names of their axes.

import { addAlong, readAlong } from "./along.ts";
import { lengthOfAxes, padded, repeated, summed, transposed } from "./axes.ts";
import { rightSide } from "./rightSide.ts";
import type { Tensor, TensorFlow } from "./tensors.ts";

/** Computes `out[…] = Σ a[…] · b[…]` over all names that `out` lacks. `sizes` are those of the names. */
export function product(
  tf: TensorFlow,
  a: Tensor,
  left: readonly string[],
  b: Tensor,
  right: readonly string[],
  out: readonly string[],
  sizes: Readonly<Record<string, number>>,
): Tensor {
  const size = (names: readonly string[]): number => lengthOfAxes(names.map((name) => sizes[name] ?? 1));
  const nowhere = Object.keys(sizes).filter((name) => !left.includes(name) && !right.includes(name));
  // The left factor repeats along a name that neither has.
  const all = [...nowhere, ...left];
  const spread = repeated(
    tf,
    a,
    nowhere.map((name) => sizes[name] ?? 1),
  );
  const drop = (x: Tensor, names: readonly string[], other: readonly string[]): [Tensor, readonly string[]] => {
    const gone = names.flatMap((name, i) => (!other.includes(name) && !out.includes(name) ? [i] : []));
    return [summed(tf, x, gone), names.filter((_, i) => !gone.includes(i))];
  };
  const [lhs, l] = drop(spread, all, right);
  const [rhs, r] = drop(b, right, all);
  const both = l.filter((name) => r.includes(name) && out.includes(name));
  const inner = l.filter((name) => r.includes(name) && !out.includes(name));
  const rows = l.filter((name) => !r.includes(name));
  const columns = r.filter((name) => !l.includes(name));
  const laid = (x: Tensor, names: readonly string[], order: readonly string[], shape: number[]): Tensor => {
    const permutation = order.map((name) => names.indexOf(name));
    return tf.reshape(transposed(tf, x, permutation), shape);
  };
  const [batch, m, k, n] = [both, rows, inner, columns].map(size) as [number, number, number, number];
  const made = tf.matMul(
    laid(lhs, l, [...both, ...rows, ...inner], [batch, m, k]),
    rightSide(tf, laid(rhs, r, [...both, ...inner, ...columns], [batch, k, n])),
    false,
    false,
  );
  const order = [...both, ...rows, ...columns];
  const shaped = tf.reshape(
    made,
    order.map((name) => sizes[name] ?? 1),
  );
  return transposed(
    tf,
    shaped,
    out.map((name) => order.indexOf(name)),
  );
}

/** Returns the first place that repeats a name. */
const repetition = (names: readonly string[]): number => names.findIndex((name, i) => names.indexOf(name) < i);

/** Joins axes of one name into one axis: it takes the elements where their indices agree. */
export function diagonal(tf: TensorFlow, x: Tensor, names: readonly string[]): Tensor {
  const again = repetition(names);
  if (again < 0) return x;
  const first = names.indexOf(names[again] ?? "");
  const size = x.shape[first] ?? 1;
  const order = x.shape.map((_, axis) => axis).filter((axis) => axis !== again);
  const beside = transposed(tf, x, [...order.slice(0, first + 1), again, ...order.slice(first + 1)]);
  const shape = order.map((axis) => (axis === first ? size * size : (x.shape[axis] ?? 1)));
  const kept = readAlong(tf, tf.reshape(beside, shape), first, 0, [size + 1], [size]);
  return diagonal(tf, kept, names.toSpliced(again, 1));
}

/** The opposite: makes an axis for each of `names`, 0 where those of one name disagree. `x` has each name once. */
export function onDiagonal(tf: TensorFlow, x: Tensor, names: readonly string[]): Tensor {
  const again = repetition(names);
  if (again < 0) return x;
  const inner = onDiagonal(tf, x, names.toSpliced(again, 1));
  const first = names.indexOf(names[again] ?? "");
  const size = inner.shape[first] ?? 1;
  const spread = addAlong(tf, inner, first, 0, [size + 1], [size], size * size);
  const apart = tf.reshape(spread, inner.shape.toSpliced(first, 1, size, size));
  const order = apart.shape.map((_, axis) => axis).filter((axis) => axis !== first + 1);
  return transposed(tf, apart, order.toSpliced(again, 0, first + 1));
}

/** The movement of a window along one axis, and the number of windows. */
export interface Window {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  readonly count: number;
}

/** Puts the elements of each window on a last axis of their own, in row-major order; padding is `fill`. */
export function windowsOf(tf: TensorFlow, x: Tensor, windows: readonly Window[], fill: number): Tensor {
  const amounts = windows.map(({ before, after }): [number, number] => [before, after]);
  let view = padded(tf, x, amounts, fill);
  for (let axis = windows.length - 1; axis >= 0; axis--) {
    const { stride, dilation, count, size } = windows[axis] as Window;
    view = readAlong(tf, view, axis, 0, [stride, dilation], [count, size]);
  }
  const outer = windows.map((_, axis) => 2 * axis);
  const inner = windows.map((_, axis) => 2 * axis + 1);
  return tf.reshape(transposed(tf, view, [...outer, ...inner]), [
    ...windows.map(({ count }) => count),
    lengthOfAxes(windows.map(({ size }) => size)),
  ]);
}

/** The adjoint of windowsOf: adds each element of a window to its place in a tensor of `shape`. */
export function addWindows(tf: TensorFlow, x: Tensor, windows: readonly Window[], shape: readonly number[]): Tensor {
  const rank = windows.length;
  const apart = tf.reshape(x, [...windows.map(({ count }) => count), ...windows.map(({ size }) => size)]);
  let sum = transposed(
    tf,
    apart,
    windows.flatMap((_, axis) => [axis, rank + axis]),
  );
  for (let axis = 0; axis < rank; axis++) {
    const { stride, dilation, count, size, before } = windows[axis] as Window;
    sum = addAlong(tf, sum, axis, -before, [stride, dilation], [count, size], shape[axis] ?? 1);
  }
  return sum;
}

/** Gives the `gradient` of each window to all of its elements, in the form that addWindows takes. Two axes are enough. */
export function atAllElements(tf: TensorFlow, gradient: Tensor, elements: number): Tensor {
  const count = lengthOfAxes(gradient.shape);
  const each = tf.broadcastTo(tf.reshape(gradient, [count, 1]), [count, elements]);
  return tf.reshape(each, [...gradient.shape, elements]);
}

/** Puts the `gradient` of each window at its first maximum, and 0 elsewhere, in the form that addWindows takes. */
export function atFirstMaximum(tf: TensorFlow, elements: Tensor, gradient: Tensor): Tensor {
  const axis = elements.shape.length - 1;
  const size = elements.shape[axis] ?? 1;
  const first = tf.reshape(tf.argMax(elements, axis), [...gradient.shape, 1]);
  const places = tf.tensor(
    Int32Array.from({ length: size }, (_, i) => i),
    [size],
    "int32",
  );
  return tf.mul(tf.cast(tf.equal(first, places), "float32"), tf.reshape(gradient, [...gradient.shape, 1]));
}

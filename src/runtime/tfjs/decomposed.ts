// Makes operations that a backend of TensorFlow.js 4.22 lacks or has wrong from others. `wasm` lacks the gradient by the
// kernel of a conv2d; both gradients of a conv3d, and maximum pooling along three axes and all its gradients, are wrong. On
// `cpu` and `wasm`, the gradient of average pooling counts padding, unlike the pooling itself.

import { addAlong, readAlong } from "./along.ts";
import { lengthOfAxes, transposed } from "./axes.ts";
import { addWindows, atAllElements, atFirstMaximum, type Window, windowsOf } from "./products.ts";
import type { Padding, Tensor, TensorFlow } from "./tensors.ts";

/** The layout of `count` windows of `size` on an axis of `extent` elements. */
function windowOn(extent: number, size: number, stride: number, count: number, pad: Padding): Window {
  const all = pad === "same" ? Math.max((count - 1) * stride + size - extent, 0) : 0;
  const before = Math.floor(all / 2);
  return { size, stride, dilation: 1, before, after: all - before, count };
}

/** Lays windows along all axes between the first and the last. */
function windowsOn(
  shape: readonly number[],
  counts: readonly number[],
  size: readonly number[],
  strides: readonly number[],
  pad: Padding,
): readonly Window[] {
  return shape.map((extent, axis) =>
    axis === 0 || axis === shape.length - 1
      ? windowOn(extent, 1, 1, extent, "valid")
      : windowOn(extent, size[axis - 1] ?? 1, strides[axis - 1] ?? 1, counts[axis] ?? 1, pad),
  );
}

/** Computes the gradient by the kernel of a convolution: one product for each place in the window. */
export function kernelGradientByPlaces(
  tf: TensorFlow,
  x: Tensor,
  dy: Tensor,
  shape: readonly number[],
  strides: readonly number[],
  pad: Padding,
): Tensor {
  const [channels = 1, filters = 1] = shape.slice(-2);
  const windows = windowsOn(x.shape, dy.shape, shape, strides, pad);
  const maps = tf.reshape(dy, [lengthOfAxes(dy.shape.slice(0, -1)), filters]);
  const parts = Array.from({ length: lengthOfAxes(shape.slice(0, -2)) }, (_, place) => {
    let rest = place;
    let seen = x;
    for (let axis = windows.length - 2; axis > 0; axis--) {
      const { size, stride, before, count } = windows[axis] as Window;
      seen = readAlong(tf, seen, axis, (rest % size) - before, [stride], [count]);
      rest = Math.floor(rest / size);
    }
    return tf.matMul(tf.reshape(seen, [lengthOfAxes(seen.shape.slice(0, -1)), channels]), maps, true, false);
  });
  return tf.reshape(parts.length === 1 ? (parts[0] as Tensor) : tf.concat(parts, 0), [...shape]);
}

/** Computes the gradient by the input of a convolution: one product, and a sum where windows overlap. */
export function inputGradientByPlaces(
  tf: TensorFlow,
  dy: Tensor,
  filter: Tensor,
  shape: readonly number[],
  strides: readonly number[],
  pad: Padding,
): Tensor {
  const [channels = 1, filters = 1] = filter.shape.slice(-2);
  const sizes = filter.shape.slice(0, -2);
  const windows = windowsOn(shape, dy.shape, sizes, strides, pad);
  const [rows, places] = [lengthOfAxes(dy.shape.slice(0, -1)), lengthOfAxes(sizes)];
  const made = tf.matMul(
    tf.reshape(dy, [rows, filters]),
    tf.reshape(filter, [places * channels, filters]),
    false,
    true,
  );
  const apart = tf.reshape(made, [...dy.shape.slice(0, -1), ...sizes, channels]);
  // Each axis of places comes after the axis of its windows.
  const between = sizes.flatMap((_, i) => [1 + i, 1 + sizes.length + i]);
  let sum = transposed(tf, apart, [0, ...between, 1 + 2 * sizes.length]);
  for (let axis = 1; axis <= sizes.length; axis++) {
    const { size, stride, before, count } = windows[axis] as Window;
    sum = addAlong(tf, sum, axis, -before, [stride, 1], [count, size], shape[axis] ?? 1);
  }
  return sum;
}

/** Computes maximum pooling along all axes between the first and the last. */
export function maxPoolByWindows(
  tf: TensorFlow,
  x: Tensor,
  size: readonly number[],
  strides: readonly number[],
  pad: Padding,
): Tensor {
  const counts = x.shape.map((extent, axis) => {
    const [window, stride] = [size[axis - 1] ?? 1, strides[axis - 1] ?? 1];
    return pad === "same" ? Math.ceil(extent / stride) : Math.floor((extent - window) / stride) + 1;
  });
  const windows = windowsOn(x.shape, counts, size, strides, pad);
  return tf.max(windowsOf(tf, x, windows, Number.NEGATIVE_INFINITY), [windows.length]);
}

/** Computes its gradient. */
export function maxPoolGradientByWindows(
  tf: TensorFlow,
  dy: Tensor,
  x: Tensor,
  size: readonly number[],
  strides: readonly number[],
  pad: Padding,
): Tensor {
  const windows = windowsOn(x.shape, dy.shape, size, strides, pad);
  const first = atFirstMaximum(tf, windowsOf(tf, x, windows, Number.NEGATIVE_INFINITY), dy);
  return addWindows(tf, first, windows, x.shape);
}

/** Computes the gradient of average pooling; each mean is over the elements that are there. */
export function averagePoolGradientByWindows(
  tf: TensorFlow,
  dy: Tensor,
  shape: readonly number[],
  size: readonly number[],
  strides: readonly number[],
  pad: Padding,
): Tensor {
  const windows = windowsOn(shape, dy.shape, size, strides, pad);
  const elements = lengthOfAxes(windows.map((window) => window.size));
  const shares = windows.reduce((share, window, axis) => {
    const there = Float32Array.from({ length: window.count }, (_, i) => {
      const from = i * window.stride - window.before;
      return 1 / (Math.min(from + window.size, shape[axis] ?? 1) - Math.max(from, 0));
    });
    const along = shape.map((_, other) => (other === axis ? window.count : 1));
    return window.size === 1 ? share : tf.mul(share, tf.tensor(there, along, "float32"));
  }, dy);
  return addWindows(tf, atAllElements(tf, shares, elements), windows, shape);
}

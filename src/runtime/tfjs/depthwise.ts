// Convolutions of each channel by itself along one or two axes, and their gradients. Backend `wasm` has no kernels for the
// gradients, so they are made of other operations there: one product for each place in the window.

import { addAlong, readAlong } from "./along.ts";
import { isWasm, kernelOf, type Padding, type Tensor, type TensorFlow } from "./tensors.ts";

/** Turns a sequence into pictures of one row, whose windows move as far down as along it. */
const asPictures = (tf: TensorFlow, x: Tensor): Tensor => tf.reshape(x, [x.shape[0] ?? 1, 1, ...x.shape.slice(1)]);
const withRow = (shape: readonly number[], axis: number): number[] => [
  ...shape.slice(0, axis),
  1,
  ...shape.slice(axis),
];
const bothWays = (strides: readonly number[]): number[] => [...strides, ...strides];

const depthwiseAttributes = (strides: readonly number[], pad: Padding) => ({
  strides,
  pad,
  dilations: [1, 1],
  dimRoundingMode: undefined,
});

export function depthwiseConvolution(
  tf: TensorFlow,
  x: Tensor,
  filter: Tensor,
  strides: readonly number[],
  pad: Padding,
): Tensor {
  if (strides.length === 1) {
    const kernel = tf.reshape(filter, [1, ...filter.shape]);
    const made = depthwiseConvolution(tf, asPictures(tf, x), kernel, bothWays(strides), pad);
    return tf.reshape(made, [made.shape[0] ?? 1, ...made.shape.slice(2)]);
  }
  return kernelOf(tf, "DepthwiseConv2dNative", { x, filter }, depthwiseAttributes(strides, pad));
}

/** Computes the gradient by the input, which has the shape `shape`. */
export function depthwiseInputGradient(
  tf: TensorFlow,
  dy: Tensor,
  filter: Tensor,
  shape: number[],
  strides: readonly number[],
  pad: Padding,
): Tensor {
  if (strides.length === 1) {
    const kernel = tf.reshape(filter, [1, ...filter.shape]);
    const made = depthwiseInputGradient(tf, asPictures(tf, dy), kernel, withRow(shape, 1), bothWays(strides), pad);
    return tf.reshape(made, shape);
  }
  if (isWasm(tf)) return depthwiseInputByPlaces(tf, dy, filter, shape, strides, pad);
  const how = { ...depthwiseAttributes(strides, pad), inputShape: shape };
  return kernelOf(tf, "DepthwiseConv2dNativeBackpropInput", { dy, filter }, how);
}

/** Computes the gradient by the kernel, which has the shape `shape`. */
export function depthwiseKernelGradient(
  tf: TensorFlow,
  x: Tensor,
  dy: Tensor,
  shape: number[],
  strides: readonly number[],
  pad: Padding,
): Tensor {
  if (strides.length === 1) {
    const made = depthwiseKernelGradient(
      tf,
      asPictures(tf, x),
      asPictures(tf, dy),
      [1, ...shape],
      bothWays(strides),
      pad,
    );
    return tf.reshape(made, shape);
  }
  if (isWasm(tf)) return depthwiseKernelByPlaces(tf, x, dy, shape, strides, pad);
  const how = { ...depthwiseAttributes(strides, pad), filterShape: shape };
  return kernelOf(tf, "DepthwiseConv2dNativeBackpropFilter", { x, dy }, how);
}

/** The zeros before an axis of `extent` elements under `count` windows of `size`. */
function depthwisePadding(extent: number, size: number, stride: number, count: number, pad: Padding): number {
  return pad === "same" ? Math.floor(Math.max((count - 1) * stride + size - extent, 0) / 2) : 0;
}

interface DepthwisePlaces {
  readonly counts: readonly [number, number];
  readonly before: readonly [number, number];
  readonly stride: number;
}
function depthwisePlaces(
  shape: readonly number[],
  size: readonly number[],
  dy: Tensor,
  strides: readonly number[],
  pad: Padding,
): DepthwisePlaces {
  const [height = 1, width = 1] = dy.shape.slice(1);
  const [stride = 1] = strides;
  return {
    counts: [height, width],
    before: [
      depthwisePadding(shape[1] ?? 1, size[0] ?? 1, stride, height, pad),
      depthwisePadding(shape[2] ?? 1, size[1] ?? 1, stride, width, pad),
    ],
    stride,
  };
}

function depthwiseInputByPlaces(
  tf: TensorFlow,
  dy: Tensor,
  filter: Tensor,
  shape: number[],
  strides: readonly number[],
  pad: Padding,
): Tensor {
  const [rows = 1, columns = 1, channels = 1, results = 1] = filter.shape;
  const { counts, before, stride } = depthwisePlaces(shape, filter.shape, dy, strides, pad);
  const places = dy.shape.slice(0, 3).reduce((a, b) => a * b, 1);
  const apart = tf.reshape(dy, [places, channels, results]);
  let sum: Tensor | undefined;
  for (let ky = 0; ky < rows; ky++)
    for (let kx = 0; kx < columns; kx++) {
      const weights = tf.reshape(tf.slice(filter, [ky, kx, 0, 0], [1, 1, channels, results]), [1, channels, results]);
      const part = tf.reshape(tf.sum(tf.mul(apart, weights), 2), [dy.shape[0] ?? 1, ...counts, channels]);
      const down = addAlong(tf, part, 1, ky - before[0], [stride], [counts[0]], shape[1] ?? 1);
      const whole = addAlong(tf, down, 2, kx - before[1], [stride], [counts[1]], shape[2] ?? 1);
      sum = sum === undefined ? whole : tf.add(sum, whole);
    }
  return sum as Tensor;
}

function depthwiseKernelByPlaces(
  tf: TensorFlow,
  x: Tensor,
  dy: Tensor,
  shape: number[],
  strides: readonly number[],
  pad: Padding,
): Tensor {
  const [rows = 1, columns = 1, channels = 1, results = 1] = shape;
  const { counts, before, stride } = depthwisePlaces(x.shape, shape, dy, strides, pad);
  const places = dy.shape.slice(0, 3).reduce((a, b) => a * b, 1);
  const maps = tf.reshape(dy, [places, channels, results]);
  const parts: Tensor[] = [];
  for (let ky = 0; ky < rows; ky++)
    for (let kx = 0; kx < columns; kx++) {
      const down = readAlong(tf, x, 1, ky - before[0], [stride], [counts[0]]);
      const seen = readAlong(tf, down, 2, kx - before[1], [stride], [counts[1]]);
      const products = tf.mul(tf.reshape(seen, [places, channels, 1]), maps);
      parts.push(tf.reshape(tf.sum(products, 0), [1, channels * results]));
    }
  return tf.reshape(tf.concat(parts, 0), shape);
}

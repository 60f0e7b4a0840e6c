// Calls TensorFlow.js's own operations for gradients by their names, because they have no functions. If a backend lacks one
// or has it wrong, it is made of others.

import {
  averagePoolGradientByWindows,
  inputGradientByPlaces,
  kernelGradientByPlaces,
  maxPoolByWindows,
  maxPoolGradientByWindows,
} from "./decomposed.ts";
import { isWasm, kernelOf, type Padding, type Tensor, type TensorFlow } from "./tensors.ts";

/** Turns a shape along one axis into that of pictures of one row. */
const rows = ([n, width, channels]: readonly number[]): number[] => [n ?? 1, 1, width ?? 1, channels ?? 1];
const asRows = (tf: TensorFlow, x: Tensor): Tensor => tf.reshape(x, rows(x.shape));

/** tf.maxPool3d. */
export function maxPool3d(tf: TensorFlow, x: Tensor, size: number[], strides: number[], pad: Padding): Tensor {
  if (isWasm(tf)) return maxPoolByWindows(tf, x, size, strides, pad);
  return tf.maxPool3d(x, size as [number, number, number], strides as [number, number, number], pad);
}

/** Returns dy where y > 0, otherwise 0, for a y that is never below 0. */
export const reluGradient = (tf: TensorFlow, dy: Tensor, y: Tensor): Tensor => tf.mul(dy, tf.sign(y));

/** Computes the gradient by the input of a convolution along one, two or three axes. */
export function convolutionInputGradient(
  tf: TensorFlow,
  dy: Tensor,
  filter: Tensor,
  shape: number[],
  strides: number[],
  pad: Padding,
): Tensor {
  const [stride = 1] = strides;
  if (strides.length === 1) {
    const kernel = tf.reshape(filter, [1, ...filter.shape]);
    const made = convolutionInputGradient(tf, asRows(tf, dy), kernel, rows(shape), [stride, stride], pad);
    return tf.reshape(made, shape);
  }
  if (strides.length === 3 && isWasm(tf)) return inputGradientByPlaces(tf, dy, filter, shape, strides, pad);
  if (strides.length === 3)
    return kernelOf(tf, "Conv3DBackpropInputV2", { dy, filter }, { strides, pad, inputShape: shape });
  const picture = { strides, pad, dataFormat: "NHWC", dimRoundingMode: undefined };
  return kernelOf(tf, "Conv2DBackpropInput", { dy, filter }, { ...picture, inputShape: shape });
}

/** Computes the gradient by the kernel of a convolution along one, two or three axes. */
export function convolutionKernelGradient(
  tf: TensorFlow,
  x: Tensor,
  dy: Tensor,
  shape: number[],
  strides: number[],
  pad: Padding,
): Tensor {
  const [stride = 1] = strides;
  if (strides.length === 1) {
    const whole = [1, ...shape];
    const made = convolutionKernelGradient(tf, asRows(tf, x), asRows(tf, dy), whole, [stride, stride], pad);
    return tf.reshape(made, shape);
  }
  if (isWasm(tf)) return kernelGradientByPlaces(tf, x, dy, shape, strides, pad);
  if (strides.length === 3)
    return kernelOf(tf, "Conv3DBackpropFilterV2", { x, dy }, { strides, pad, filterShape: shape });
  const picture = { strides, pad, dataFormat: "NHWC", dimRoundingMode: undefined };
  return kernelOf(tf, "Conv2DBackpropFilter", { x, dy }, { ...picture, filterShape: shape });
}

/** Computes the gradient by x of the largest elements y of its windows, along one, two or three axes. */
export function maxPoolGradient(
  tf: TensorFlow,
  dy: Tensor,
  x: Tensor,
  y: Tensor,
  filterSize: number[],
  strides: number[],
  pad: Padding,
): Tensor {
  const [size = 1] = filterSize;
  const [stride = 1] = strides;
  if (filterSize.length === 1) {
    const [gradient, input, output] = [asRows(tf, dy), asRows(tf, x), asRows(tf, y)];
    return tf.reshape(maxPoolGradient(tf, gradient, input, output, [1, size], [stride, stride], pad), [...x.shape]);
  }
  // MaxPool3DGrad of backend `cpu` gives to the last of equal elements what belongs to the first.
  if (isWasm(tf) || filterSize.length === 3) return maxPoolGradientByWindows(tf, dy, x, filterSize, strides, pad);
  const options = { filterSize, strides, pad, dimRoundingMode: undefined };
  return kernelOf(tf, "MaxPoolGrad", { dy, input: x, output: y }, options);
}

/** Computes the gradient by x of the means of its windows, along one, two or three axes. */
export function averagePoolGradient(
  tf: TensorFlow,
  dy: Tensor,
  x: Tensor,
  filterSize: number[],
  strides: number[],
  pad: Padding,
): Tensor {
  const [size = 1] = filterSize;
  const [stride = 1] = strides;
  if (filterSize.length === 1) {
    const made = averagePoolGradient(tf, asRows(tf, dy), asRows(tf, x), [1, size], [stride, stride], pad);
    return tf.reshape(made, [...x.shape]);
  }
  if (pad === "same" && tf.getBackend() !== "tensorflow")
    return averagePoolGradientByWindows(tf, dy, x.shape, filterSize, strides, pad);
  const name = filterSize.length === 3 ? "AvgPool3DGrad" : "AvgPoolGrad";
  return kernelOf(tf, name, { dy, input: x }, { filterSize, strides, pad, dimRoundingMode: undefined });
}

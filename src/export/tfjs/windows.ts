// Writes windows over pictures as operations of TensorFlow: convolutions, their transpose, and pooling. One dimension
// becomes two with one row; windows that no pooling has are read out one by one.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { WindowAxis } from "../../ir/graph.ts";
import { multiplySizes, product, type Size } from "../../ir/size.ts";
import type { Activation, OperationOf, Pooling, Windows } from "../../recognise/graph.ts";
import { readAlong } from "./along.ts";
import type { GraphDraft, Tensor } from "./draft.ts";
import { mapElements } from "./elements.ts";
import {
  numberAttribute,
  numbersAttribute,
  realAttribute,
  textAttribute,
  textsAttribute,
  typeAttribute,
  typesAttribute,
} from "./graphDef.ts";
import { reduce } from "./operations.ts";

const explicit = (): never => {
  throw new CompilerBug("padding without a name");
};

/** The attributes that operations over windows share, along two axes or three. */
const windowAttributes = (x: Tensor, { strides, padding }: Windows) => ({
  T: typeAttribute(x.dtype),
  strides: numbersAttribute([1, ...strides, 1]),
  padding: textAttribute(padding === "valid" ? "VALID" : padding === "same" ? "SAME" : explicit()),
  data_format: textAttribute(strides.length === 2 ? "NHWC" : "NDHWC"),
});

/** Returns the shape with an axis of one row before the others. */
const rowBefore = (shape: readonly Size[], axis: number): readonly Size[] => [
  ...shape.slice(0, axis),
  1,
  ...shape.slice(axis),
];

/** Includes the bias, if there is one. The activation is a node of its own, except for relu after a bias. */
export function convolution(
  g: GraphDraft,
  operation: OperationOf<"convolution">,
  [x, kernel, bias]: readonly [Tensor, Tensor, Tensor | undefined],
  shape: readonly Size[],
): Tensor {
  const { strides, dilations, activation } = operation;
  if (strides.length === 1) {
    const raised = { ...operation, strides: [1, ...strides], dilations: [1, ...dilations] };
    const row = [g.reshape(x, rowBefore(x.shape, 1)), g.reshape(kernel, rowBefore(kernel.shape, 0)), bias] as const;
    return g.reshape(convolution(g, raised, row, rowBefore(shape, 1)), shape);
  }
  const attributes = { ...windowAttributes(x, operation), dilations: numbersAttribute([1, ...dilations, 1]) };
  const type = { dtype: x.dtype, shape };
  if (strides.length === 3 || bias === undefined)
    return activated(g, g.add(strides.length === 2 ? "Conv2D" : "Conv3D", [x, kernel], attributes, type), activation);
  const fused = { ...attributes, ...fusedAttributes(x, activation) };
  const made = g.add("_FusedConv2D", [x, kernel, bias], fused, type);
  return activation === "relu" ? made : activated(g, made, activation);
}

/** The attributes of an operation that adds a bias, and applies relu if that is the activation. */
export const fusedAttributes = (x: Tensor, activation: Activation | undefined) => ({
  num_args: numberAttribute(1),
  fused_ops: textsAttribute(activation === "relu" ? ["BiasAdd", "Relu"] : ["BiasAdd"]),
  TArgs: typesAttribute([x.dtype]),
  epsilon: realAttribute(0),
});

export const activated = (g: GraphDraft, x: Tensor, activation: Activation | undefined): Tensor =>
  activation === undefined ? x : mapElements(g, activation, [{ tensor: x, dtype: "f32" }], "f32");

/** Adds a convolution of each channel by itself, along one or two axes. */
export function depthwiseConvolution(
  g: GraphDraft,
  operation: OperationOf<"depthwise_convolution">,
  [x, kernel]: readonly [Tensor, Tensor],
  shape: readonly Size[],
): Tensor {
  const { strides } = operation;
  if (strides.length === 1) {
    const raised = { ...operation, strides: [...strides, ...strides] };
    const row = [g.reshape(x, rowBefore(x.shape, 1)), g.reshape(kernel, rowBefore(kernel.shape, 0))] as const;
    return g.reshape(depthwiseConvolution(g, raised, row, rowBefore(shape, 1)), shape);
  }
  const attributes = { ...windowAttributes(x, operation), dilations: numbersAttribute([1, 1, 1, 1]) };
  return g.add("DepthwiseConv2dNative", [x, kernel], attributes, { dtype: x.dtype, shape });
}

/** Computes the input of a convolution along one or two axes from its output. */
export function transposedConvolution(
  g: GraphDraft,
  operation: OperationOf<"convolution_input_gradient">,
  [maps, kernel]: readonly [Tensor, Tensor],
  shape: readonly Size[],
): Tensor {
  const { strides } = operation;
  if (strides.length === 1) {
    const raised = { ...operation, strides: [1, ...strides] };
    const row = [g.reshape(maps, rowBefore(maps.shape, 1)), g.reshape(kernel, rowBefore(kernel.shape, 0))] as const;
    return g.reshape(transposedConvolution(g, raised, row, rowBefore(shape, 1)), shape);
  }
  const attributes = { ...windowAttributes(maps, operation), dilations: numbersAttribute([1, 1, 1, 1]) };
  const inputs = [g.shapeOf(shape, false), kernel, maps];
  return g.add("Conv2DBackpropInput", inputs, attributes, { dtype: maps.dtype, shape });
}

/** Adds pooling over the two axes of pictures. */
function poolPictures(g: GraphDraft, op: string, x: Tensor, pooling: Pooling, shape: readonly Size[]): Tensor {
  const attributes = { ...windowAttributes(x, pooling), ksize: numbersAttribute([1, ...pooling.size, 1]) };
  return g.add(op, [x], attributes, { dtype: x.dtype, shape });
}

/**
 * Adds pooling in one to three dimensions by that in two: a window over three axes is one over the last two, then one over
 * the first. TensorFlow's maximum in three is wrong for negative numbers on backend `wasm` of TensorFlow.js 4.22.
 */
export function pool(
  g: GraphDraft,
  op: "MaxPool" | "AvgPool",
  x: Tensor,
  pooling: Pooling,
  shape: readonly Size[],
): Tensor {
  const { size, strides, padding } = pooling;
  if (size.length === 2) return poolPictures(g, op, x, pooling, shape);
  const [samples = 1, length = 1, ...inner] = x.shape;
  const [, count = 1, ...outer] = shape;
  const channels = inner.slice(-1);
  const stack = multiplySizes(samples, length);
  const others = { size: size.slice(1), strides: strides.slice(1), padding };
  const over = size.length === 1 ? x : poolPictures(g, op, g.reshape(x, [stack, ...inner]), others, [stack, ...outer]);
  const row = product(outer.slice(0, -1));
  const first = { size: [...size.slice(0, 1), 1], strides: [...strides.slice(0, 1), 1], padding };
  const pictures = g.reshape(over, [samples, length, row, ...channels]);
  return g.reshape(poolPictures(g, op, pictures, first, [samples, count, row, ...channels]), shape);
}

/** Adds the sum or maximum of each window, for any windows. */
export function reduceWindows(
  g: GraphDraft,
  op: "sum" | "max",
  x: Tensor,
  window: readonly WindowAxis[],
  shape: readonly Size[],
): Tensor {
  const moving = window.flatMap(({ size, stride, before, after }, axis) =>
    size === 1 && stride === 1 && before + after === 0 ? [] : [axis],
  );
  const lowest = x.dtype === "float32" ? Number.NEGATIVE_INFINITY : -(2 ** 31);
  const fill = op === "max" ? lowest : 0;
  // Last axis first, so that those before keep their places.
  const open = moving.reduceRight((inner, axis) => {
    const { before, stride, dilation, size } = window[axis] as WindowAxis;
    const walk = { offset: -before, strides: [stride, dilation], extents: [Number(shape[axis]), size] };
    return readAlong(g, inner, axis, walk, fill);
  }, x);
  return reduce(
    g,
    op,
    open,
    moving.map((axis, i) => axis + i + 1),
  );
}

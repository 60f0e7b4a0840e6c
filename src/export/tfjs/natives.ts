// Writes the operations that `recognise` finds as nodes; complete by type. Operations of training have no nodes.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { ScalarName } from "../../ir/scalar/names.ts";
import type { Size } from "../../ir/size.ts";
import type { Operation, OperationOf } from "../../recognise/graph.ts";
import type { GraphDraft, Tensor } from "./draft.ts";
import { mapElements } from "./elements.ts";
import { flagAttribute, numberAttribute, realAttribute, textAttribute, typeAttribute } from "./graphDef.ts";
import { matMul, reduce } from "./operations.ts";
import { rightSide } from "./rightSide.ts";
import {
  activated,
  convolution,
  depthwiseConvolution,
  fusedAttributes,
  pool,
  transposedConvolution,
} from "./windows.ts";

type Refusal<K extends Operation["name"]> = (operation: OperationOf<K>) => string | undefined;

const exportable = (): undefined => undefined;
const refusals = {
  softmax: exportable,
  log_softmax: exportable,
  one_hot: exportable,
  softmax_cross_entropy: () => "a loss",
  reduce: exportable,
  mean: exportable,
  relu_gradient: exportable,
  squared_difference: exportable,
  mat_mul: exportable,
  convolution: exportable,
  convolution_input_gradient: ({ strides }) =>
    strides.length < 3 ? undefined : "the gradient of a convolution along three axes",
  convolution_kernel_gradient: () => "the gradient of a kernel",
  depthwise_convolution: exportable,
  depthwise_input_gradient: () => "the gradient of a depthwise convolution",
  depthwise_kernel_gradient: () => "the gradient of a kernel",
  max_pool: exportable,
  average_pool: exportable,
  max_pool_gradient: () => "the gradient of a pooling",
  average_pool_gradient: () => "the gradient of a pooling",
  batch_norm: exportable,
} satisfies { readonly [K in Operation["name"]]: Refusal<K> };

/** Names an operation that exported graphs lack; undefined for one that they have. */
export const unexportableOperation = (operation: Operation): string | undefined =>
  (refusals[operation.name] as (operation: Operation) => string | undefined)(operation);

type Emit<K extends Operation["name"]> = (
  g: GraphDraft,
  operation: OperationOf<K>,
  args: readonly [Tensor, Tensor, Tensor, ...Tensor[]],
  shape: readonly Size[],
) => Tensor;

const refused = (_: GraphDraft, { name }: Operation): never => {
  throw new CompilerBug(`${name} was not refused`);
};

const map = (g: GraphDraft, fn: ScalarName, ...args: readonly Tensor[]): Tensor =>
  mapElements(
    g,
    fn,
    args.map((tensor) => ({ tensor, dtype: tensor.dtype === "bool" ? "bool" : "f32" })),
    fn === "gt" ? "bool" : "f32",
  );

/** Adds `(x - mean) · scale / √(variance + ε) + offset`, per channel. */
function normalise(
  g: GraphDraft,
  { epsilon, offset, scale }: OperationOf<"batch_norm">,
  [x, mean, variance, ...more]: readonly [Tensor, Tensor, Tensor, ...Tensor[]],
): Tensor {
  const shift = offset ? more[0] : undefined;
  const factor = scale ? more[offset ? 1 : 0] : undefined;
  if (x.shape.length !== 4) {
    const inverse = map(g, "rsqrt", map(g, "add", variance, g.scalar("float32", epsilon)));
    const scaled = factor === undefined ? inverse : map(g, "mul", inverse, factor);
    const made = map(g, "mul", map(g, "sub", x, mean), scaled);
    return shift === undefined ? made : map(g, "add", made, shift);
  }
  const channels = Number(mean.shape[0]);
  const all = (value: number): Tensor => g.constant("float32", [channels], new Array<number>(channels).fill(value));
  const attributes = {
    T: typeAttribute("float32"),
    U: typeAttribute("float32"),
    epsilon: realAttribute(epsilon),
    data_format: textAttribute("NHWC"),
    is_training: flagAttribute(false),
  };
  return g.add("FusedBatchNormV3", [x, factor ?? all(1), shift ?? all(0), mean, variance], attributes, x);
}

const emit = {
  softmax: (g, _, [x]) => g.add("Softmax", [x], { T: typeAttribute(x.dtype) }, x),
  log_softmax: (g, _, [x]) => g.add("LogSoftmax", [x], { T: typeAttribute(x.dtype) }, x),
  one_hot: (g, { depth }, [x], shape) => {
    const attributes = { T: typeAttribute("float32"), TI: typeAttribute(x.dtype), axis: numberAttribute(-1) };
    const inputs = [x, g.scalar("int32", depth), g.scalar("float32", 1), g.scalar("float32", 0)];
    return g.add("OneHot", inputs, attributes, { dtype: "float32", shape });
  },
  softmax_cross_entropy: refused,
  reduce: (g, { op, axes }, [x]) => reduce(g, op, x, axes, "keep"),
  mean: (g, { axes }, [x]) => reduce(g, "mean", x, axes),
  relu_gradient: (g, _, [dy, y]) => map(g, "mul", dy, map(g, "f32", map(g, "gt", y, g.scalar("float32", 0)))),
  squared_difference: (g, _, [a, b], shape) =>
    g.add("SquaredDifference", [a, b], { T: typeAttribute(a.dtype) }, { dtype: a.dtype, shape }),
  mat_mul: (g, { transposed: [first, second], bias, activation }, [a, b, c]) => {
    if (!bias) return activated(g, matMul(g, a, b, first, second), activation);
    const attributes = {
      T: typeAttribute(a.dtype),
      transpose_a: flagAttribute(first),
      transpose_b: flagAttribute(second),
      ...fusedAttributes(a, activation),
    };
    const shape = [a.shape[first ? 1 : 0] ?? 1, b.shape[second ? 0 : 1] ?? 1];
    const made = g.add("_FusedMatMul", [a, first || second ? b : rightSide(g, b), c], attributes, {
      dtype: a.dtype,
      shape,
    });
    return activation === "relu" ? made : activated(g, made, activation);
  },
  convolution: (g, operation, [x, kernel, bias], shape) =>
    convolution(g, operation, [x, kernel, operation.bias ? bias : undefined], shape),
  convolution_input_gradient: (g, operation, args, shape) =>
    transposedConvolution(g, operation, [args[0], args[1]], shape),
  convolution_kernel_gradient: refused,
  depthwise_convolution: (g, operation, [x, kernel], shape) => depthwiseConvolution(g, operation, [x, kernel], shape),
  depthwise_input_gradient: refused,
  depthwise_kernel_gradient: refused,
  max_pool: (g, operation, [x], shape) => pool(g, "MaxPool", x, operation, shape),
  average_pool: (g, operation, [x], shape) => pool(g, "AvgPool", x, operation, shape),
  max_pool_gradient: refused,
  average_pool_gradient: refused,
  batch_norm: normalise,
} satisfies { readonly [K in Operation["name"]]: Emit<K> };

/** Adds the nodes of an operation that exported graphs have. */
export function emitOperation(
  g: GraphDraft,
  operation: Operation,
  args: readonly Tensor[],
  shape: readonly Size[],
): Tensor {
  const add = emit[operation.name] as (
    g: GraphDraft,
    operation: Operation,
    args: readonly Tensor[],
    shape: readonly Size[],
  ) => Tensor;
  return add(g, operation, args, shape);
}

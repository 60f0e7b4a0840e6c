// Writes every operation of TensorFlow.js that is no primitive as a call; complete by type.

import type { Size } from "../../ir/size.ts";
import type { Convolution, Operation, OperationOf, Pooling } from "../../recognise/graph.ts";
import { literal } from "../literal.ts";
import { shapeText } from "./sizes.ts";

/** An argument: its text and its shape. */
export interface Operand {
  readonly text: string;
  readonly shape: readonly Size[];
}
type Spell<K extends Operation["name"]> = (
  operation: OperationOf<K>,
  args: readonly [Operand, Operand, Operand, ...Operand[]],
  shape: readonly Size[],
) => string;

/** Writes one number if all axes have the same. */
const numbersText = (numbers: readonly number[]): string =>
  numbers.every((number) => number === numbers[0]) ? String(numbers[0]) : literal(numbers);

/** Writes the options of a call, without defaults. */
const optionsText = (options: Readonly<Record<string, string | undefined>>): string =>
  `{ ${Object.entries(options)
    .flatMap(([name, text]) => (text === undefined ? [] : [name === text ? name : `${name}: ${text}`]))
    .join(", ")} }`;

const dilated = ({ dilations }: Convolution): string | undefined =>
  dilations.every((dilation) => dilation === 1) ? undefined : numbersText(dilations);

function convolutionText(operation: OperationOf<"convolution">, [x, filter, bias]: readonly Operand[]): string {
  const { strides, padding, activation } = operation;
  const [input, kernel] = [x?.text ?? "", filter?.text ?? ""];
  const dilations = dilated(operation);
  const how = `${numbersText(strides)}, ${literal(padding)}`;
  if (strides.length === 1) {
    const dilation = dilations === undefined ? "" : `, "NWC", ${dilations}`;
    return `tf.conv1d(${input}, ${kernel}, ${how}${dilation})`;
  }
  if (strides.length === 3) return `tf.conv3d(${input}, ${kernel}, ${how})`;
  if (!operation.bias && activation === undefined)
    return `tf.conv2d(${input}, ${kernel}, ${how}${dilations === undefined ? "" : `, "NHWC", ${dilations}`})`;
  return `tf.fused.conv2d(${optionsText({
    x: input,
    filter: kernel,
    strides: numbersText(strides),
    pad: literal(padding),
    dilations,
    bias: operation.bias ? bias?.text : undefined,
    activation: activation === undefined ? undefined : literal(activation),
  })})`;
}

/** Pooling along one axis is that of pictures of one row. */
function poolText(name: string, { size, strides, padding }: Pooling, x: Operand, shape: readonly Size[]): string {
  const how = `${numbersText(size)}, ${numbersText(strides)}, ${literal(padding)}`;
  if (size.length === 2) return `tf.${name}(${x.text}, ${how})`;
  if (size.length === 3 && name === "maxPool")
    return `maxPool3d(tf, ${x.text}, ${literal(size)}, ${literal(strides)}, ${literal(padding)})`;
  if (size.length === 3) return `tf.${name}3d(${x.text}, ${how})`;
  const [n = 1, width = 1, channels = 1] = x.shape;
  const row = `tf.reshape(${x.text}, ${shapeText([n, 1, width, channels])})`;
  const pooled = `tf.${name}(${row}, ${literal([1, ...size])}, ${numbersText(strides)}, ${literal(padding)})`;
  return `tf.reshape(${pooled}, ${shapeText(shape)})`;
}

const axesText = (axes: readonly number[]): string => (axes.length === 1 ? String(axes[0]) : literal(axes));

const spell = {
  softmax: (_, [x]) => `tf.softmax(${x.text})`,
  log_softmax: (_, [x]) => `tf.logSoftmax(${x.text})`,
  // As integers, because backend `wasm` writes those whatever type a call asks for.
  one_hot: ({ depth }, [x]) => `tf.cast(tf.oneHot(${x.text}, ${depth}), "float32")`,
  softmax_cross_entropy: (_, [labels, logits]) => `tf.losses.softmaxCrossEntropy(${labels.text}, ${logits.text})`,
  reduce: ({ op, axes }, [x]) => `tf.${op}(${x.text}, ${axesText(axes)}, true)`,
  mean: ({ axes }, [x]) => `tf.mean(${x.text}${axes.length === x.shape.length ? "" : `, ${axesText(axes)}`})`,
  relu_gradient: (_, [dy, y]) => `reluGradient(tf, ${dy.text}, ${y.text})`,
  squared_difference: (_, [a, b]) => `tf.squaredDifference(${a.text}, ${b.text})`,
  mat_mul: ({ transposed: [first, second], bias, activation }, [a, b, c]) => {
    const right = first || second ? b.text : `rightSide(tf, ${b.text})`;
    if (bias || activation !== undefined)
      return `tf.fused.matMul(${optionsText({
        a: a.text,
        b: right,
        transposeA: first ? "true" : undefined,
        transposeB: second ? "true" : undefined,
        bias: bias ? c.text : undefined,
        activation: activation === undefined ? undefined : literal(activation),
      })})`;
    return `tf.matMul(${a.text}, ${right}${first || second ? `, ${first}, ${second}` : ""})`;
  },
  convolution: (operation, args) => convolutionText(operation, args),
  convolution_input_gradient: ({ strides, padding }, [dy, kernel], shape) =>
    `convolutionInputGradient(tf, ${dy.text}, ${kernel.text}, ${shapeText(shape)}, ${literal(strides)}, ${literal(padding)})`,
  convolution_kernel_gradient: ({ strides, padding }, [x, dy], shape) =>
    `convolutionKernelGradient(tf, ${x.text}, ${dy.text}, ${shapeText(shape)}, ${literal(strides)}, ${literal(padding)})`,
  depthwise_convolution: ({ strides, padding }, [x, kernel]) =>
    `depthwiseConvolution(tf, ${x.text}, ${kernel.text}, ${literal(strides)}, ${literal(padding)})`,
  depthwise_input_gradient: ({ strides, padding }, [dy, kernel], shape) =>
    `depthwiseInputGradient(tf, ${dy.text}, ${kernel.text}, ${shapeText(shape)}, ${literal(strides)}, ${literal(padding)})`,
  depthwise_kernel_gradient: ({ strides, padding }, [x, dy], shape) =>
    `depthwiseKernelGradient(tf, ${x.text}, ${dy.text}, ${shapeText(shape)}, ${literal(strides)}, ${literal(padding)})`,
  max_pool: (operation, [x], shape) => poolText("maxPool", operation, x, shape),
  average_pool: (operation, [x], shape) => poolText("avgPool", operation, x, shape),
  max_pool_gradient: ({ size, strides, padding }, [dy, x, y]) =>
    `maxPoolGradient(tf, ${dy.text}, ${x.text}, ${y.text}, ${literal(size)}, ${literal(strides)}, ${literal(padding)})`,
  average_pool_gradient: ({ size, strides, padding }, [dy, x]) =>
    `averagePoolGradient(tf, ${dy.text}, ${x.text}, ${literal(size)}, ${literal(strides)}, ${literal(padding)})`,
  batch_norm: ({ epsilon, offset, scale }, [x, mean, variance, ...more]) => {
    const shift = offset ? more[0]?.text : undefined;
    const factor = scale ? more[offset ? 1 : 0]?.text : undefined;
    return `tf.batchNorm(${[x, mean, variance].map(({ text }) => text).join(", ")}, ${shift}, ${factor}, ${literal(epsilon)})`;
  },
} satisfies { readonly [K in Operation["name"]]: Spell<K> };

export function nativeText(operation: Operation, args: readonly Operand[], shape: readonly Size[]): string {
  const call = spell[operation.name] as (
    operation: Operation,
    args: readonly Operand[],
    shape: readonly Size[],
  ) => string;
  return call(operation, args, shape);
}

// Recognises sums of products that convolve each channel by itself, along one or two axes, and the gradients of those.

import type { Access, ValueId } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { sameShape, tensor } from "../ir/types.ts";
import { type Context, type Rule, rule } from "./context.ts";
import { isDense, type Padded, padded, padInput, plain, type Slide, sidesOf, slide } from "./products.ts";

/** The accesses of the input, the kernel and the output of such a convolution. */
interface Accesses {
  readonly input: Access;
  readonly kernel: Access;
  readonly output: Access;
}

/** Returns the windows along each axis. A channel has one result, or several with an axis of their own at the end. */
function slidesOf({ input, kernel, output }: Accesses): readonly Slide[] | undefined {
  const count = input.length - 2;
  const several = kernel.length - count - 1;
  if (count < 1 || count > 2 || several < 0 || several > 1 || output.length !== count + 2 + several) return undefined;
  const [k, o] = [kernel.map(plain), output.map(plain)];
  const names = [...k.slice(0, count), ...o];
  if (names.includes(undefined) || new Set(names).size !== names.length) return undefined;
  if (k.slice(count).join() !== o.slice(count + 1).join()) return undefined;
  const [first, channel] = [input[0], input[count + 1]];
  if (first === undefined || channel === undefined) return undefined;
  if (plain(first) !== o[0] || plain(channel) !== k[count]) return undefined;
  const found = input.slice(1, -1).map((affine, i) => slide(affine, o[i + 1] ?? "", k[i] ?? ""));
  return found.every((one) => one !== undefined) ? found : undefined;
}

interface Shapes {
  readonly input: readonly Size[];
  readonly kernel: readonly Size[];
  readonly output: readonly Size[];
}

/** A convolution that libraries have: the same step along both axes, and no holes in the window. */
function windowsOf(accesses: Accesses, shapes: Shapes): Padded | undefined {
  const found = slidesOf(accesses);
  const made = found === undefined ? undefined : padded(found, shapes);
  if (made === undefined || !isDense(made.convolution)) return undefined;
  const { strides } = made.convolution;
  return strides.every((stride) => stride === strides[0]) ? made : undefined;
}

const shaped = (context: Context, arg: ValueId, from: readonly Size[], shape: readonly Size[]): ValueId =>
  sameShape(from, shape) ? arg : context.push({ kind: "reshape", arg }, tensor("f32", ...shape));

/** The shape of a kernel with its last axis, and that of an output with all results of a place in one axis. */
const kernelShape = (shape: readonly Size[], axes: number): readonly Size[] =>
  shape.length === axes + 2 ? shape : [...shape, 1];
function outputShape(shape: readonly Size[], axes: number): readonly Size[] {
  const [channels = 1, results = 1] = shape.slice(axes + 1);
  return [...shape.slice(0, axes + 1), Number(channels) * Number(results)];
}

const convolution = rule("contract", (node, context) => {
  for (const [a, left, b, right] of sidesOf(node)) {
    const shapes = { input: context.shape(a), kernel: context.shape(b), output: node.type.shape };
    const made = windowsOf({ input: left, kernel: right, output: node.out }, shapes);
    if (made === undefined) continue;
    const axes = made.convolution.strides.length;
    const kernel = shaped(context, context.value(b), shapes.kernel, kernelShape(shapes.kernel, axes));
    const { strides, padding } = made.convolution;
    const type = tensor("f32", ...outputShape(node.type.shape, axes));
    const operation = { name: "depthwise_convolution", strides, padding } as const;
    const whole = context.native(operation, [padInput(context, a, made), kernel], type);
    return shaped(context, whole, type.shape, node.type.shape);
  }
  return undefined;
});

const inputGradient = rule("contract", (node, context) => {
  for (const [a, left, b, right] of sidesOf(node)) {
    const shapes = { input: node.type.shape, kernel: context.shape(b), output: context.shape(a) };
    const made = windowsOf({ input: node.out, kernel: right, output: left }, shapes);
    if (made === undefined) continue;
    const { strides, padding } = made.convolution;
    const operation = { name: "depthwise_input_gradient", strides, padding } as const;
    if (!context.writes(operation)) return undefined;
    const axes = strides.length;
    const dy = shaped(context, context.value(a), shapes.output, outputShape(shapes.output, axes));
    const kernel = shaped(context, context.value(b), shapes.kernel, kernelShape(shapes.kernel, axes));
    const whole = context.native(operation, [dy, kernel], tensor("f32", ...made.shape));
    if (made.amounts === undefined) return whole;
    const starts = [0, ...made.amounts.map(([before]) => before), 0];
    return context.push({ kind: "slice", arg: whole, starts, strides: starts.map(() => 1) }, node.type);
  }
  return undefined;
});

const kernelGradient = rule("contract", (node, context) => {
  for (const [a, left, b, right] of sidesOf(node)) {
    const shapes = { input: context.shape(a), kernel: node.type.shape, output: context.shape(b) };
    const made = windowsOf({ input: left, kernel: node.out, output: right }, shapes);
    if (made === undefined) continue;
    const { strides, padding } = made.convolution;
    const operation = { name: "depthwise_kernel_gradient", strides, padding } as const;
    if (!context.writes(operation)) return undefined;
    const axes = strides.length;
    const dy = shaped(context, context.value(b), shapes.output, outputShape(shapes.output, axes));
    const type = tensor("f32", ...kernelShape(node.type.shape, axes));
    const whole = context.native(operation, [padInput(context, a, made), dy], type);
    return shaped(context, whole, type.shape, node.type.shape);
  }
  return undefined;
});

export const depthwiseRules: readonly Rule[] = [convolution, inputGradient, kernelGradient];

// Recognises sums of products that are a matrix product, a convolution along one to three axes, or a gradient of one.

import type { Access, Address, PrimNode, PrimOf, ValueId } from "../ir/graph.ts";
import { product, type Size } from "../ir/size.ts";
import { sameShape, tensor } from "../ir/types.ts";
import { type Context, type Rule, rule } from "./context.ts";
import type { Convolution } from "./graph.ts";
import { paddingName, type WindowsAlong } from "./windows.ts";

export type Contract = PrimNode & PrimOf<"contract">;

/** Returns the loop of an index that is just one loop. */
export function plain({ offset, strides }: Address): string | undefined {
  const [first, ...more] = Object.entries(strides).filter(([, stride]) => stride !== 0);
  return offset === 0 && first?.[1] === 1 && more.length === 0 ? first[0] : undefined;
}

/** Recognises an index over a window: `stride · outer + dilation · inner - before`. */
export interface Slide {
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
}
export function slide(affine: Address, outer: string, inner: string): Slide | undefined {
  const { offset, strides } = affine;
  const names = Object.keys(strides).filter((name) => strides[name] !== 0);
  const [stride = 0, dilation = 0] = [strides[outer], strides[inner]];
  if (names.length !== 2 || stride < 1 || dilation < 1) return undefined;
  return { stride, dilation, before: -offset };
}

/** Returns the windows along each axis, if these are the accesses of the input, kernel and output of a convolution. */
function slides(input: Access, kernel: Access, output: Access): readonly Slide[] | undefined {
  const count = input.length - 2;
  if (count < 1 || count > 3 || kernel.length !== count + 2 || output.length !== count + 2) return undefined;
  const [k, o] = [kernel.map(plain), output.map(plain)];
  const names = [...k, ...o.slice(0, -1)];
  if (names.includes(undefined) || new Set(names).size !== names.length || o[count + 1] !== k[count + 1])
    return undefined;
  const [first, last] = [input[0], input[count + 1]];
  if (first === undefined || last === undefined || plain(first) !== o[0] || plain(last) !== k[count]) return undefined;
  const found = input.slice(1, -1).map((affine, i) => slide(affine, o[i + 1] ?? "", k[i] ?? ""));
  return found.every((one) => one !== undefined) ? found : undefined;
}

interface Shapes {
  readonly input: readonly Size[];
  readonly kernel: readonly Size[];
  readonly output: readonly Size[];
}
/** A convolution whose input is first padded by `amounts`, because TensorFlow has no name for its padding. */
export interface Padded {
  readonly convolution: Convolution;
  readonly amounts: readonly (readonly [number, number])[] | undefined;
  /** The shape of the padded input. */
  readonly shape: readonly Size[];
}

export function padded(found: readonly Slide[], { input, kernel, output }: Shapes): Padded | undefined {
  const along = found.map(({ stride, dilation, before }, i): WindowsAlong | undefined => {
    const [elements, size, count] = [input[i + 1], kernel[i], output[i + 1]];
    if (typeof elements !== "number" || typeof size !== "number" || typeof count !== "number") return undefined;
    const after = stride * (count - 1) + dilation * (size - 1) - before - elements + 1;
    return { size, stride, dilation, before, after, elements, count };
  });
  if (!along.every((axis) => axis !== undefined) || along.some(({ before }) => before < 0)) return undefined;
  const strides = found.map(({ stride }) => stride);
  const dilations = found.map(({ dilation }) => dilation);
  const padding = paddingName(along);
  if (padding !== undefined) return { convolution: { strides, dilations, padding }, amounts: undefined, shape: input };
  const amounts = along.map(({ before, after }): [number, number] => [before, Math.max(after, 0)]);
  const shape = input.map((size, i) => {
    const [before, after] = amounts[i - 1] ?? [0, 0];
    return typeof size === "number" && i > 0 && i < input.length - 1 ? size + before + after : size;
  });
  return { convolution: { strides, dilations, padding: "valid" }, amounts, shape };
}

export function padInput(context: Context, id: ValueId, { amounts, shape }: Padded): ValueId {
  const value = context.value(id);
  if (amounts === undefined) return value;
  const before = [0, ...amounts.map(([count]) => count), 0];
  const after = [0, ...amounts.map(([, count]) => count), 0];
  return context.push({ kind: "pad", arg: value, before, after, value: 0 }, tensor("f32", ...shape));
}

export const sidesOf = (node: Contract) =>
  [
    [node.lhs, node.left, node.rhs, node.right],
    [node.rhs, node.right, node.lhs, node.left],
  ] as const;

export const isDense = ({ dilations }: Convolution): boolean => dilations.every((dilation) => dilation === 1);

const convolution = rule("contract", (node, context) => {
  for (const [a, left, b, right] of sidesOf(node)) {
    const found = slides(left, right, node.out);
    if (found === undefined) continue;
    const shapes = { input: context.shape(a), kernel: context.shape(b), output: node.type.shape };
    const made = padded(found, shapes);
    // TensorFlow has no convolution with both.
    const both = found.some(({ stride }) => stride > 1) && found.some(({ dilation }) => dilation > 1);
    if (made === undefined || both || (found.length === 3 && !isDense(made.convolution))) return undefined;
    const args = [padInput(context, a, made), context.value(b)];
    return context.native({ name: "convolution", bias: false, ...made.convolution }, args, node.type);
  }
  return undefined;
});

const kernelGradient = rule("contract", (node, context) => {
  for (const [a, left, b, right] of sidesOf(node)) {
    const found = slides(left, node.out, right);
    if (found === undefined) continue;
    const made = padded(found, { input: context.shape(a), kernel: node.type.shape, output: context.shape(b) });
    if (made === undefined || !isDense(made.convolution)) return undefined;
    const args = [padInput(context, a, made), context.value(b)];
    return context.native({ name: "convolution_kernel_gradient", ...made.convolution }, args, node.type);
  }
  return undefined;
});

const inputGradient = rule("contract", (node, context) => {
  for (const [a, left, b, right] of sidesOf(node)) {
    const found = slides(node.out, right, left);
    if (found === undefined) continue;
    const made = padded(found, { input: node.type.shape, kernel: context.shape(b), output: context.shape(a) });
    if (made === undefined || !isDense(made.convolution)) return undefined;
    const operation = { name: "convolution_input_gradient", ...made.convolution } as const;
    if (!context.writes(operation)) return undefined;
    const type = tensor("f32", ...made.shape);
    const args = [context.value(a), context.value(b)];
    const whole = context.native(operation, args, type);
    if (made.amounts === undefined) return whole;
    // The gradient by the padded input, then the part for the input itself.
    const starts = [0, ...made.amounts.map(([before]) => before), 0];
    return context.push({ kind: "slice", arg: whole, starts, strides: starts.map(() => 1) }, node.type);
  }
  return undefined;
});

/** The layout of an operand's loops: `batch…, first…, second…`. */
function laidOut(
  names: readonly string[],
  batch: readonly string[],
  first: readonly string[],
  second: readonly string[],
): boolean {
  const order = [...batch, ...first, ...second];
  return names.length === order.length && names.every((name, i) => name === order[i]);
}

/** Returns the loops of an access, if each axis is a loop of its own with the size of the axis. */
function wholeAxes(access: Access, shape: readonly Size[], extents: ReadonlyMap<string, Size>) {
  const names = access.map(plain).filter((name) => name !== undefined);
  if (names.length !== access.length || new Set(names).size !== names.length) return undefined;
  const sizes = names.map((name) => extents.get(name) ?? 1);
  return sameShape(sizes, shape) ? names : undefined;
}

/** Recognises one product of matrices, or one for each index of a batch, whose operands lie as matrices do. */
const matrices = rule("contract", (node, context) => {
  const extents = new Map(node.loops.map(({ name, extent }) => [name, extent]));
  const left = wholeAxes(node.left, context.shape(node.lhs), extents);
  const right = wholeAxes(node.right, context.shape(node.rhs), extents);
  const out = wholeAxes(node.out, node.type.shape, extents);
  if (left === undefined || right === undefined || out === undefined) return undefined;
  if (node.loops.some(({ name }) => !left.includes(name) && !right.includes(name))) return undefined;
  const count = (names: readonly string[]): Size => product(names.map((name) => extents.get(name) ?? 1));
  for (const [a, l, b, r] of [
    [node.lhs, left, node.rhs, right],
    [node.rhs, right, node.lhs, left],
  ] as const) {
    const batch = out.filter((name) => l.includes(name) && r.includes(name));
    const rows = out.filter((name) => l.includes(name) && !r.includes(name));
    const columns = out.filter((name) => !l.includes(name));
    const summed = l.filter((name) => !out.includes(name));
    const transposeA = !laidOut(l, batch, rows, summed);
    const transposeB = !laidOut(r, batch, summed, columns);
    if (!laidOut(out, batch, rows, columns)) continue;
    if (transposeA && !laidOut(l, batch, summed, rows)) continue;
    if (transposeB && !laidOut(r, batch, columns, summed)) continue;
    const matrix = (first: readonly string[], second: readonly string[], turned: boolean): readonly Size[] => [
      ...(batch.length === 0 ? [] : [count(batch)]),
      ...(turned ? [count(second), count(first)] : [count(first), count(second)]),
    ];
    const shaped = (id: ValueId, shape: readonly Size[]): ValueId => {
      const value = context.value(id);
      const type = tensor("f32", ...shape);
      return sameShape(context.shape(id), shape) ? value : context.push({ kind: "reshape", arg: value }, type);
    };
    const args = [shaped(a, matrix(rows, summed, transposeA)), shaped(b, matrix(summed, columns, transposeB))];
    const shape = matrix(rows, columns, false);
    const operation = { name: "mat_mul", transposed: [transposeA, transposeB], bias: false } as const;
    const made = context.native(operation, args, tensor("f32", ...shape));
    return sameShape(shape, node.type.shape) ? made : context.push({ kind: "reshape", arg: made }, node.type);
  }
  return undefined;
});

export const productRules: readonly Rule[] = [matrices, convolution, kernelGradient, inputGradient];

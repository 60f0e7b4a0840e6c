// Every primitive as an expression over `tf`, complete by type.

import type { Node, PrimKind, PrimNode, PrimOf, WindowAxis } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { DType } from "../../ir/types.ts";
import { literal } from "../literal.ts";
import { contractText, type Values } from "./contract.ts";
import { mapText, tfType } from "./scalars.ts";
import { shapeText, sizeText } from "./sizes.ts";

export interface NodeContext extends Values {
  dtype(id: number): DType;
  /** The tensor of a slot, or of a part of one. */
  slot(name: string): string;
  /** The column of that name as a tensor. */
  input(name: string): string;
  /** A function of JavaScript that must stand beside the program. */
  helper(text: string): void;
}
type Spell<K extends PrimKind> = (node: Node<PrimOf<K>>, context: NodeContext) => string;

const windowsText = (window: readonly WindowAxis[], counts: readonly Size[]): string =>
  `[${window.map(({ size, stride, dilation, before, after }, i) => `{ size: ${size}, stride: ${stride}, dilation: ${dilation}, before: ${before}, after: ${after}, count: ${sizeText(counts[i] ?? 1)} }`).join(", ")}]`;

/** Where maxPool and its gradient can do it: windows along the two axes of pictures, without gaps. */
function pool(window: readonly WindowAxis[]) {
  const [n, y, x, c] = window;
  const still = [n, c].every((axis) => axis?.size === 1 && axis.stride === 1 && axis.before + axis.after === 0);
  if (window.length !== 4 || y === undefined || x === undefined || !still) return undefined;
  if (y.dilation !== 1 || x.dilation !== 1) return undefined;
  return {
    y,
    x,
    size: literal([y.size, x.size]),
    strides: literal([y.stride, x.stride]),
    bare: [y, x].every(({ before, after }) => before === 0 && after === 0),
    amounts: literal([
      [0, 0],
      [y.before, y.after],
      [x.before, x.after],
      [0, 0],
    ]),
  };
}

/** A constant or broadcast stays small where the reader broadcasts it by itself. */
const filled = (value: number, shape: readonly Size[], dtype: DType): string =>
  shape.length === 0
    ? `tf.scalar(${literal(value)}, "${tfType(dtype)}")`
    : `tf.fill(${shapeText(shape)}, ${literal(value)}, "${tfType(dtype)}")`;

const spell = {
  input: ({ name }, { input }) => input(name),
  param: ({ slot }, context) => context.slot(slot),
  const: ({ value, type }) =>
    typeof value === "number"
      ? filled(value, type.shape, type.dtype)
      : `tf.tensor(${literal(value)}, ${shapeText(type.shape)}, "${tfType(type.dtype)}")`,
  size: ({ size }) => `tf.scalar(${sizeText(size)}, "float32")`,
  iota: ({ axis, type }) => {
    const shape = type.shape.map((size, i) => (i === axis ? sizeText(size) : "1"));
    return `tf.broadcastTo(tf.tensor(Int32Array.from({ length: ${shape[axis]} }, (_, i) => i), [${shape.join(", ")}], "int32"), ${shapeText(type.shape)})`;
  },
  random: ({ seed, step, stream, type }, { name }) =>
    `uniformTensor(tf, ${shapeText(type.shape)}, ${name(seed)}, ${name(step)}, ${stream})`,
  map: ({ fn, args, type }, context) => {
    const { text, helper } = mapText(
      fn,
      args.map((id) => ({ text: context.name(id), dtype: context.dtype(id) })),
      type.dtype,
    );
    if (helper !== undefined) context.helper(helper);
    return text;
  },
  reduce: ({ op, axes, arg }, { name }) => `tf.${op}(${name(arg)}, ${literal(axes)})`,
  arg_reduce: ({ op, axis, arg }, { name }) => `tf.${op === "max" ? "argMax" : "argMin"}(${name(arg)}, ${axis})`,
  contract: (node, context) => contractText(node, context),
  window_reduce: ({ op, arg, window, type }, { name }) => {
    const found = op === "max" ? pool(window) : undefined;
    if (found !== undefined) {
      const x = found.bare ? name(arg) : `tf.pad(${name(arg)}, ${found.amounts}, -Infinity)`;
      return `tf.maxPool(${x}, ${found.size}, ${found.strides}, "valid")`;
    }
    const fill = op === "max" ? "-Infinity" : "0";
    return `tf.${op}(windowsOf(tf, ${name(arg)}, ${windowsText(window, type.shape)}, ${fill}), [${window.length}])`;
  },
  window_scatter: ({ op, arg, gradient, window, type }, { name, shape }) => {
    const counts = shape(gradient);
    const found = op === "max" ? pool(window) : undefined;
    if (found?.bare === true) {
      const { size, strides } = found;
      return `maxPoolGradient(tf, ${name(gradient)}, ${name(arg)}, ${size}, ${strides})`;
    }
    const windows = windowsText(window, counts);
    const elements = window.reduce((count, axis) => count * axis.size, 1);
    const each =
      op === "max"
        ? `atFirstMaximum(tf, windowsOf(tf, ${name(arg)}, ${windows}, -Infinity), ${name(gradient)})`
        : `tf.broadcastTo(tf.reshape(${name(gradient)}, [${[...counts.map(sizeText), "1"].join(", ")}]), [${[...counts.map(sizeText), elements].join(", ")}])`;
    return `addWindows(tf, ${each}, ${windows}, ${shapeText(type.shape)})`;
  },
  reshape: ({ arg, type }, { name }) => `tf.reshape(${name(arg)}, ${shapeText(type.shape)})`,
  transpose: ({ arg, permutation }, { name }) => `tf.transpose(${name(arg)}, ${literal(permutation)})`,
  broadcast: ({ arg, axes, type }, { name, shape }) => {
    const from = shape(arg);
    const sizes = type.shape.map((_, axis) => {
      const at = axes.indexOf(axis);
      return at < 0 ? "1" : sizeText(from[at] ?? 1);
    });
    const kept = axes.every((axis, i) => axis === i + type.shape.length - axes.length);
    const x = kept ? name(arg) : `tf.reshape(${name(arg)}, [${sizes.join(", ")}])`;
    return `tf.broadcastTo(${x}, ${shapeText(type.shape)})`;
  },
  slice: ({ arg, starts, strides, type }, { name, shape }) => {
    if (strides.every((stride) => stride === 1))
      return `tf.slice(${name(arg)}, ${literal(starts)}, ${shapeText(type.shape)})`;
    return starts.reduce((inner, start, axis) => {
      const [stride = 1, count] = [strides[axis], sizeText(type.shape[axis] ?? 1)];
      if (start === 0 && stride === 1 && count === sizeText(shape(arg)[axis] ?? 1)) return inner;
      return `readAlong(tf, ${inner}, ${axis}, ${start}, [${stride}], [${count}])`;
    }, name(arg));
  },
  pad: ({ arg, before, after, value }, { name }) =>
    `tf.pad(${name(arg)}, ${literal(before.map((amount, i) => [amount, after[i] ?? 0]))}, ${literal(value)})`,
  concat: ({ args, axis }, { name }) =>
    args.length === 1 && args[0] !== undefined ? name(args[0]) : `tf.concat([${args.map(name).join(", ")}], ${axis})`,
} satisfies { readonly [K in PrimKind]: Spell<K> };

/** The expression that makes a node's value. */
export function nodeText(node: PrimNode, context: NodeContext): string {
  return (spell[node.kind] as Spell<PrimKind>)(node as Node<PrimOf<PrimKind>>, context);
}

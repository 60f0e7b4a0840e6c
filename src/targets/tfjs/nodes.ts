// Writes every primitive, and every operation of TensorFlow.js, as an expression over `tf`; complete by type.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { Node, PrimGraph, PrimKind, PrimOf, WindowAxis } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { DType } from "../../ir/types.ts";
import type { Native, RecognisedNode } from "../../recognise/graph.ts";
import { literal } from "../literal.ts";
import { contractText, type Values } from "./contract.ts";
import { nativeText } from "./nativeText.ts";
import { mapText, tfType } from "./scalars.ts";
import { shapeText, sizeText } from "./sizes.ts";

/** `name` is the text of a value as a tensor. */
export interface NodeContext extends Values {
  dtype(id: number): DType;
  /** Returns the text of a value that is a number of JavaScript. */
  number(id: number): string | undefined;
  /** Returns the tensor of a slot, or of a part of one. */
  slot(name: string): string;
  /** Returns the column of that name as a tensor. */
  input(name: string): string;
  /** Prints the body of a loop as a function, and returns its name. */
  step(body: PrimGraph): string;
  /** Returns the name of the list of a node's results. */
  results(id: number): string;
  /** Asks for a function of JavaScript beside the program. */
  helper(text: string): void;
}
type Kind = PrimKind | "native";
type NodeOf<K extends Kind> = K extends PrimKind ? Node<PrimOf<K>> : Node<Native>;
type Spell<K extends Kind> = (node: NodeOf<K>, context: NodeContext) => string;

const windowsText = (window: readonly WindowAxis[], counts: readonly Size[]): string =>
  `[${window.map(({ size, stride, dilation, before, after }, i) => `{ size: ${size}, stride: ${stride}, dilation: ${dilation}, before: ${before}, after: ${after}, count: ${sizeText(counts[i] ?? 1)} }`).join(", ")}]`;

const typeText = (dtype: DType): string => (dtype === "f32" ? "" : `, "${tfType(dtype)}"`);

/** Writes a number as a tensor of that shape. */
export function filled(value: string, shape: readonly Size[], dtype: DType): string {
  if (shape.length === 0) return `tf.scalar(${value}${typeText(dtype)})`;
  if (value === "0") return `tf.zeros(${shapeText(shape)}${typeText(dtype)})`;
  return `tf.fill(${shapeText(shape)}, ${value}${typeText(dtype)})`;
}

const axesText = (axes: readonly number[]): string => (axes.length === 1 ? String(axes[0]) : literal(axes));

const spell = {
  input: ({ name }, { input }) => input(name),
  param: ({ slot }, context) => context.slot(slot),
  const: ({ value, type }) =>
    typeof value === "number"
      ? filled(literal(value), type.shape, type.dtype)
      : `tf.tensor(${literal(value)}, ${shapeText(type.shape)}, "${tfType(type.dtype)}")`,
  size: ({ size }) => `tf.scalar(${sizeText(size)})`,
  iota: ({ axis, type }) => {
    const shape = type.shape.map((size, i) => (i === axis ? sizeText(size) : "1"));
    return `tf.broadcastTo(tf.tensor(Int32Array.from({ length: ${shape[axis]} }, (_, i) => i), [${shape.join(", ")}], "int32"), ${shapeText(type.shape)})`;
  },
  random({ seed, step, stream, type }, { number }) {
    const [key, counter] = [number(seed), number(step)];
    if (key === undefined || counter === undefined) throw new CompilerBug("seed and step are numbers");
    return `uniformTensor(tf, ${shapeText(type.shape)}, ${key}, ${counter}, ${stream})`;
  },
  map: ({ fn, args, type }, context) => {
    const { text, helper } = mapText(
      fn,
      args.map((id) => {
        const number = args.length === 1 ? undefined : context.number(id);
        return { text: number ?? context.name(id), dtype: context.dtype(id), isNumber: number !== undefined };
      }),
      type.dtype,
    );
    if (helper !== undefined) context.helper(helper);
    return text;
  },
  reduce: ({ op, axes, arg }, { name, shape }) =>
    `tf.${op}(${name(arg)}${axes.length === shape(arg).length ? "" : `, ${axesText(axes)}`})`,
  arg_reduce: ({ op, axis, arg }, { name }) => `tf.${op === "max" ? "argMax" : "argMin"}(${name(arg)}, ${axis})`,
  contract: (node, context) => contractText(node, context),
  window_reduce: ({ op, arg, window, type }, { name }) => {
    const fill = op === "max" ? "-Infinity" : "0";
    return `tf.${op}(windowsOf(tf, ${name(arg)}, ${windowsText(window, type.shape)}, ${fill}), [${window.length}])`;
  },
  window_scatter: ({ op, arg, gradient, window, type }, { name, shape }) => {
    const counts = shape(gradient);
    const windows = windowsText(window, counts);
    const elements = window.reduce((count, axis) => count * axis.size, 1);
    const each =
      op === "max"
        ? `atFirstMaximum(tf, windowsOf(tf, ${name(arg)}, ${windows}, -Infinity), ${name(gradient)})`
        : `atAllElements(tf, ${name(gradient)}, ${elements})`;
    return `addWindows(tf, ${each}, ${windows}, ${shapeText(type.shape)})`;
  },
  gather: ({ arg, indices, axis, batch }, { name }) =>
    `gatherRows(tf, ${name(arg)}, ${name(indices)}, ${axis}, ${batch})`,
  scatter_add: ({ indices, updates, axis, batch, type }, { name }) =>
    `addRows(tf, ${name(updates)}, ${name(indices)}, ${shapeText(type.shape)}, ${axis}, ${batch})`,
  reshape: ({ arg, type }, { name }) => `tf.reshape(${name(arg)}, ${shapeText(type.shape)})`,
  transpose: ({ arg, permutation }, { name }) => `tf.transpose(${name(arg)}, ${literal(permutation)})`,
  broadcast: ({ arg, axes, type }, { name, number, shape }) => {
    const value = number(arg);
    if (value !== undefined) return filled(value, type.shape, type.dtype);
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
    `tf.pad(${name(arg)}, ${literal(before.map((amount, i) => [amount, after[i] ?? 0]))}${value === 0 ? "" : `, ${literal(value)}`})`,
  concat: ({ args, axis }, { name }) =>
    args.length === 1 && args[0] !== undefined
      ? name(args[0])
      : `tf.concat([${args.map(name).join(", ")}]${axis === 0 ? "" : `, ${axis}`})`,
  scan: ({ length, reverse, init, over, captures, body }, { name, step }) => {
    const list = (ids: readonly number[]): string => `[${ids.map(name).join(", ")}]`;
    const given = `{ length: ${length}, reverse: ${reverse}, init: ${list(init)}, over: ${list(over)}, captures: ${list(captures)} }`;
    return `repeatSteps(tf, ${given}, ${step(body)})`;
  },
  part: ({ of, index }, { results }) => `${results(of)}[${index}]`,
  native: ({ operation, args, type }, { name, number, shape }) => {
    // Arithmetic takes numbers as they are.
    const takesNumbers = operation.name === "squared_difference";
    const operands = args.map((id) => ({
      text: (takesNumbers ? number(id) : undefined) ?? name(id),
      shape: shape(id),
    }));
    return nativeText(operation, operands, type.shape);
  },
} satisfies { readonly [K in Kind]: Spell<K> };

/** Writes the expression that makes a node's value. */
export function nodeText(node: RecognisedNode, context: NodeContext): string {
  return (spell[node.kind] as (node: RecognisedNode, context: NodeContext) => string)(node, context);
}

// Writes every primitive, and every operation that `recognise` finds, as nodes of a TensorFlow graph; complete by type.
// Only functions of single elements broadcast; every other node takes its values whole.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { Node, PrimKind, PrimOf, ValueId } from "../../ir/graph.ts";
import type { Size } from "../../ir/size.ts";
import type { DType } from "../../ir/types.ts";
import type { Native, RecognisedNode } from "../../recognise/graph.ts";
import { contract } from "./contract.ts";
import type { GraphDraft, Tensor } from "./draft.ts";
import { mapElements } from "./elements.ts";
import { tensorDType, typeAttribute } from "./graphDef.ts";
import { emitOperation } from "./natives.ts";
import { concat, pad, reduce, slice, transpose } from "./operations.ts";
import { addRows, gatherRows } from "./rows.ts";
import { reduceWindows } from "./windows.ts";

export interface NodeContext {
  readonly g: GraphDraft;
  /** A value, perhaps smaller than its type says. */
  small(id: ValueId): Tensor;
  whole(id: ValueId): Tensor;
  dtype(id: ValueId): DType;
  input(name: string): Tensor;
  weight(slot: string): Tensor;
}
type Kind = PrimKind | "native";
type NodeOf<K extends Kind> = K extends PrimKind ? Node<PrimOf<K>> : Node<Native>;
type Emit<K extends Kind> = (node: NodeOf<K>, context: NodeContext) => Tensor;

const refused = (node: RecognisedNode): never => {
  throw new CompilerBug(`${node.kind} was not refused`);
};

/** Returns the numbers of a constant as they are, or one number for all of them. */
function constant(g: GraphDraft, { value, type }: Node<PrimOf<"const">>): Tensor {
  const dtype = tensorDType(type.dtype);
  if (typeof value === "number") return g.scalar(dtype, value);
  return g.constant(dtype, type.shape.map(Number), value);
}

/** Returns a vector along one axis; the other axes have size 1. */
function iota(g: GraphDraft, { axis, type }: Node<PrimOf<"iota">>): Tensor {
  const size = type.shape[axis] ?? 1;
  const shape = type.shape.map((length, i) => (i === axis ? length : 1));
  if (typeof size === "number")
    return g.constant(
      "int32",
      shape.map(Number),
      Array.from({ length: size }, (_, i) => i),
    );
  const inputs = [g.scalar("int32", 0), g.size(size), g.scalar("int32", 1)];
  const places = g.add("Range", inputs, { Tidx: typeAttribute("int32") }, { dtype: "int32", shape: [size] });
  return g.reshape(places, shape);
}

/** Adds an axis of size 1 wherever the result has an axis of its own. */
function broadcast(g: GraphDraft, node: Node<PrimOf<"broadcast">>, x: Tensor): Tensor {
  const { shape } = node.type;
  if (x.shape.length === 0) return x;
  const sizes = shape.map((_, axis): Size => {
    const at = node.axes.indexOf(axis);
    return at < 0 ? 1 : (x.shape[at] ?? 1);
  });
  const trailing = node.axes.every((axis, i) => axis === i + shape.length - node.axes.length);
  return trailing ? x : g.reshape(x, sizes);
}

const emit = {
  input: ({ name }, { input }) => input(name),
  param: ({ slot }, { weight }) => weight(slot),
  const: (node, { g }) => constant(g, node),
  size: ({ size }, { g }) => mapElements(g, "f32", [{ tensor: g.size(size), dtype: "i32" }], "f32"),
  iota: (node, { g }) => iota(g, node),
  random: refused,
  map: ({ fn, args, type }, { g, small, dtype }) =>
    mapElements(
      g,
      fn,
      args.map((id) => ({ tensor: small(id), dtype: dtype(id) })),
      type.dtype,
    ),
  reduce: ({ op, axes, arg }, { g, whole }) => reduce(g, op, whole(arg), axes),
  arg_reduce: ({ op, axis, arg, type }, { g, whole }) => {
    const x = whole(arg);
    const attributes = { T: typeAttribute(x.dtype), Tidx: typeAttribute("int32"), output_type: typeAttribute("int32") };
    const inputs = [x, g.scalar("int32", axis)];
    return g.add(op === "max" ? "ArgMax" : "ArgMin", inputs, attributes, { dtype: "int32", shape: type.shape });
  },
  contract: (node, { g, whole }) => contract(g, node, whole),
  window_reduce: ({ op, arg, window, type }, { g, whole }) => reduceWindows(g, op, whole(arg), window, type.shape),
  window_scatter: refused,
  gather: (node, { g, whole }) => gatherRows(g, whole(node.arg), whole(node.indices), node, node.type.shape),
  scatter_add: (node, { g, whole }) => addRows(g, whole(node.updates), whole(node.indices), node, node.type.shape),
  reshape: ({ arg, type }, { g, whole }) => g.reshape(whole(arg), type.shape),
  transpose: ({ arg, permutation }, { g, whole }) => transpose(g, whole(arg), permutation),
  broadcast: (node, { g, small }) => broadcast(g, node, small(node.arg)),
  slice: ({ arg, starts, strides, type }, { g, whole }) => slice(g, whole(arg), starts, strides, type.shape),
  pad: ({ arg, before, after, value }, { g, whole }) => pad(g, whole(arg), before, after, value),
  concat: ({ args, axis, type }, { g, whole }) => concat(g, args.map(whole), axis, type.shape),
  scan: refused,
  part: refused,
  // Arithmetic broadcasts.
  native: ({ operation, args, type }, { g, small, whole }) =>
    emitOperation(g, operation, args.map(operation.name === "squared_difference" ? small : whole), type.shape),
} satisfies { readonly [K in Kind]: Emit<K> };

/** Adds what a node of the recognised graph becomes, and returns its value. */
export function emitNode(node: RecognisedNode, context: NodeContext): Tensor {
  context.g.enter(node.origin);
  return (emit[node.kind] as (node: RecognisedNode, context: NodeContext) => Tensor)(node, context);
}

// A recogniser reads the primitives as they were, and makes a new graph in which some of them have become operations of a
// library. Patterns match on the old graph; nodes that they leave unread fall away afterwards.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Prim, PrimGraph, PrimKind, PrimNode, PrimOf, ValueId } from "../ir/graph.ts";
import type { ScalarName } from "../ir/scalar/names.ts";
import { scalarFunction } from "../ir/scalar.ts";
import type { Size } from "../ir/size.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import { type Native, type Operation, type RecognisedNode, usesIn } from "./graph.ts";

export interface Context {
  /** A node of the old graph. */
  definition(id: ValueId): PrimNode;
  shape(id: ValueId): readonly Size[];
  /** The number of reads of a value of the old graph. */
  uses(id: ValueId): number;
  /** The number that a value of the old graph has everywhere. */
  splat(id: ValueId): number | undefined;
  /** The value of the new graph for one of the old. */
  value(id: ValueId): ValueId;
  /** Whether the printer can write an operation. Rules ask for those that sums of products can take the place of. */
  writes(operation: Operation): boolean;
  /** Adds an operation over values of the new graph, or returns an equal one that is there already. */
  native(operation: Operation, args: readonly ValueId[], type: TensorType): ValueId;
  /** A scalar function over values of the new graph, which broadcast. */
  map(fn: ScalarName, args: readonly ValueId[], shape: readonly Size[]): ValueId;
  /** Any primitive, over values of the new graph. */
  push(prim: Prim | Native, type: TensorType): ValueId;
  /** A node of the new graph. */
  made(id: ValueId): RecognisedNode;
}

/** Looks at a node. Returns the value of the new graph for it, or undefined if the rule does not apply. */
export interface Rule {
  readonly kind: PrimKind;
  apply(node: PrimNode, context: Context): ValueId | undefined;
}
export const rule = <K extends PrimKind>(
  kind: K,
  apply: (node: PrimNode & PrimOf<K>, context: Context) => ValueId | undefined,
): Rule => ({
  kind,
  apply: (node, context) => (node.kind === kind ? apply(node as PrimNode & PrimOf<K>, context) : undefined),
});

/** Spells the numbers that JSON lacks: it has one word for both infinities, and one for both zeros. */
const spelt = (_: string, value: unknown): unknown =>
  typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
    ? { number: Object.is(value, -0) ? "-0" : String(value) }
    : value;

/** Starts the new graph of `graph`. `at` names the present old node, whose place in the program new nodes take. */
export function newContext(graph: PrimGraph, writes: Context["writes"]) {
  const old = new Map(graph.nodes.map((node) => [node.id, node]));
  const uses = usesIn(graph);
  const nodes: RecognisedNode[] = [];
  const known = new Map<string, ValueId>();
  const values = new Map<ValueId, ValueId>();
  let at: PrimNode | undefined;
  const definition = (id: ValueId): PrimNode => {
    const node = old.get(id);
    if (node === undefined) throw new CompilerBug(`no value %${id}`);
    return node;
  };
  const made = (id: ValueId): RecognisedNode => {
    const node = nodes[id];
    if (node === undefined) throw new CompilerBug(`no value %${id} in the new graph`);
    return node;
  };
  const push: Context["push"] = (prim, type) => {
    const key = JSON.stringify([prim, type], spelt);
    // Two draws of random numbers are never one.
    const before = prim.kind === "random" ? undefined : known.get(key);
    if (before !== undefined) return before;
    const id = nodes.length;
    const place = at?.span === undefined ? {} : { span: at.span };
    nodes.push({ ...prim, type, id, origin: at?.origin ?? "", ...place });
    known.set(key, id);
    return id;
  };
  const context: Context = {
    definition,
    shape: (id) => definition(id).type.shape,
    uses: (id) => uses.get(id) ?? 0,
    splat(id) {
      const node = definition(id);
      return node.kind === "const" && typeof node.value === "number" ? node.value : undefined;
    },
    value(id) {
      const value = values.get(id);
      if (value === undefined) throw new CompilerBug(`%${id} is read before it is made`);
      return value;
    },
    writes,
    native: (operation, args, type) => push({ kind: "native", operation, args }, type),
    map(fn, args, shape) {
      const dtype = scalarFunction(fn).result(args.map((id) => made(id).type.dtype));
      return push({ kind: "map", fn, args }, tensor(dtype, ...shape));
    },
    push,
    made,
  };
  return {
    context,
    nodes: nodes as readonly RecognisedNode[],
    enter: (node: PrimNode) => {
      at = node;
    },
    leave: (node: PrimNode, value: ValueId) => void values.set(node.id, value),
  };
}

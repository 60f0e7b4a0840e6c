// What a recogniser sees and makes: the primitives as they were, and a new graph in which some of them have become
// operations of a library. Patterns are matched on the old graph; what they leave unread falls away afterwards.

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
  /** How often a value of the old graph is read. */
  uses(id: ValueId): number;
  /** The number that a value of the old graph is everywhere. */
  splat(id: ValueId): number | undefined;
  /** The value of the new graph for one of the old. */
  value(id: ValueId): ValueId;
  /** Adds an operation over values of the new graph; one that is there already is used again. */
  native(operation: Operation, args: readonly ValueId[], type: TensorType): ValueId;
  /** A scalar function over values of the new graph, which broadcast. */
  map(fn: ScalarName, args: readonly ValueId[], shape: readonly Size[]): ValueId;
  /** Any primitive, over values of the new graph. */
  push(prim: Prim | Native, type: TensorType): ValueId;
  /** A node of the new graph. */
  made(id: ValueId): RecognisedNode;
}

/** Looks at a node; the value of the new graph that stands for it, or undefined where the rule has nothing to say. */
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

/** The graph that is being made of `graph`. `at` says which old node is at hand: new ones have its place in the program. */
export function newContext(graph: PrimGraph) {
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
    const key = JSON.stringify([prim, type]);
    // Each draw of random numbers is its own.
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

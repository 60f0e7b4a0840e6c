// The derivative of every primitive. The table's type ensures that none is missing.

import type { Value } from "../../ir/builder.ts";
import type { Node, PrimKind, PrimNode, PrimOf, ValueId } from "../../ir/graph.ts";
import { contract } from "./contract.ts";
import { map } from "./map.ts";
import { broadcast, concat, pad, reshape, slice, transpose } from "./movement.ts";
import { reduce } from "./reduce.ts";
import { gather, scatterAdd } from "./rows.ts";
import type { GradientContext, GradientRule } from "./rule.ts";
import { windowReduce, windowScatter } from "./windows.ts";

/** For nodes without arguments, and for nodes that are constant almost everywhere. */
const none = (): readonly (readonly [ValueId, Value])[] => [];

const gradients = {
  input: none,
  param: none,
  const: none,
  size: none,
  iota: none,
  random: none,
  arg_reduce: none,
  map,
  reduce,
  contract,
  window_reduce: windowReduce,
  window_scatter: windowScatter,
  gather,
  scatter_add: scatterAdd,
  reshape,
  transpose,
  broadcast,
  slice,
  pad,
  concat,
} satisfies { readonly [K in PrimKind]: GradientRule<K> };

/** The gradients of the arguments of `node`, given its own gradient. An argument may occur twice. */
export function gradientOf(node: PrimNode, context: GradientContext): readonly (readonly [ValueId, Value])[] {
  return (gradients[node.kind] as GradientRule<PrimKind>)(node as Node<PrimOf<PrimKind>>, context);
}

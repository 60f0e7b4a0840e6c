// The derivative of every primitive. The table's type ensures that none is missing.

import type { Node, PrimKind, PrimNode, PrimOf } from "../../ir/graph.ts";
import { contract } from "./contract.ts";
import { map } from "./map.ts";
import { broadcast, concat, pad, reshape, slice, transpose } from "./movement.ts";
import { reduce } from "./reduce.ts";
import { gather, scatterAdd } from "./rows.ts";
import type { Contribution, GradientContext, GradientRule } from "./rule.ts";
import { scan } from "./scan.ts";
import { windowReduce, windowScatter } from "./windows.ts";

/** For nodes without arguments, and for nodes that are constant almost everywhere. */
const none = (): readonly Contribution[] => [];

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
  scan,
  part: ({ of, index }, { out }) => [[of, out, index]],
} satisfies { readonly [K in PrimKind]: GradientRule<K> };

/** The gradients of the arguments of `node`, given its own gradient. An argument may occur twice. */
export function gradientOf(node: PrimNode, context: GradientContext): readonly Contribution[] {
  return (gradients[node.kind] as GradientRule<PrimKind>)(node as Node<PrimOf<PrimKind>>, context);
}

// The interface of a derivative's rule.

import type { Builder, Value } from "../../ir/builder.ts";
import type { Node, PrimKind, PrimOf, ValueId } from "../../ir/graph.ts";
import type { Target } from "../rebuild.ts";

/**
 * Builds the derivatives of some values at the end of a graph: from the `given` derivatives of nodes before `end` back to the
 * nodes `wrt`. A node without a path has no entry.
 */
export type Sweep = (
  target: Target,
  end: number,
  given: readonly (readonly [ValueId, Value])[],
  wrt: ReadonlySet<ValueId>,
) => ReadonlyMap<ValueId, Value>;

export interface GradientContext {
  readonly g: Builder;
  /** The derivative with respect to the node's own value, of the same type. */
  readonly out: Value;
  /** The derivatives with respect to all results of the node; `out` is the first that there is. */
  readonly outs: readonly (Value | undefined)[];
  /** The sweep itself, for the body of a loop. */
  readonly sweep: Sweep;
  value(id: ValueId): Value;
  /** The node of the graph for a further result of a node, if it has one. */
  part(of: ValueId, index: number): Value | undefined;
  /** Whether the derivative with respect to this value is needed. Others are dropped. */
  wanted(id: ValueId): boolean;
}

/** An argument and the derivative with respect to it, of the argument's type; for a `part`, the number of the result. */
export type Contribution = readonly [id: ValueId, gradient: Value, result?: number];

export type GradientRule<K extends PrimKind> = (
  node: Node<PrimOf<K>>,
  context: GradientContext,
) => readonly Contribution[];

// The interface of a derivative's rule.

import type { Builder, Value } from "../../ir/builder.ts";
import type { Node, PrimKind, PrimOf, ValueId } from "../../ir/graph.ts";

export interface GradientContext {
  readonly g: Builder;
  /** The derivative with respect to the node's own value, of the same type. */
  readonly out: Value;
  value(id: ValueId): Value;
  /** Whether the derivative with respect to this value is needed. Others are dropped. */
  wanted(id: ValueId): boolean;
}

/** Pairs of an argument and the derivative with respect to it, of the argument's type. */
export type GradientRule<K extends PrimKind> = (
  node: Node<PrimOf<K>>,
  context: GradientContext,
) => readonly (readonly [ValueId, Value])[];

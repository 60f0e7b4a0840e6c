// The form of a derivative.

import type { Builder, Value } from "../../ir/builder.ts";
import type { Node, PrimKind, PrimOf, ValueId } from "../../ir/graph.ts";

export interface GradientContext {
  readonly g: Builder;
  /** The derivative by the node's own value: of its type. */
  readonly out: Value;
  value(id: ValueId): Value;
  /** Whether the derivative by this value is needed; what flows to others is dropped. */
  wanted(id: ValueId): boolean;
}

/** Pairs of an argument and the derivative by it, of the argument's type. */
export type GradientRule<K extends PrimKind> = (
  node: Node<PrimOf<K>>,
  context: GradientContext,
) => readonly (readonly [ValueId, Value])[];

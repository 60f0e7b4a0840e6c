// The interface of a simplification: a named rule that looks at one node and its arguments, and may replace it by a value.

import type { Builder, Value } from "../../ir/builder.ts";
import type { Prim, PrimKind, PrimNode, PrimOf, ValueId } from "../../ir/graph.ts";
import type { ArgumentsOf, BinaryName, ScalarName } from "../../ir/scalar/names.ts";
import type { TensorType } from "../../ir/types.ts";

/** A node that is about to be added. */
export type Candidate<K extends PrimKind = PrimKind> = PrimOf<K> & { readonly type: TensorType };

export interface RuleContext {
  /** Builds nodes, which are simplified in turn. */
  readonly g: Builder;
  definition(id: ValueId): PrimNode;
  value(id: ValueId): Value;
  /** The number of a constant that is the same everywhere; undefined for other values. */
  splat(id: ValueId): number | undefined;
}

export interface Rule {
  readonly name: string;
  readonly kind: PrimKind;
  /** A value of the node's own type, or undefined if the rule does not apply. */
  apply(node: Candidate, context: RuleContext): Value | undefined;
}

/** A rule for one kind of node. */
export function rule<K extends PrimKind>(
  kind: K,
  name: string,
  apply: (node: Candidate<K>, context: RuleContext) => Value | undefined,
): Rule {
  return {
    name,
    kind,
    apply: (node, context) => (node.kind === kind ? apply(node as Candidate<K>, context) : undefined),
  };
}

/** A rule for one scalar function, with its arguments spread out. */
export function mapRule<F extends ScalarName>(
  fn: F,
  name: string,
  apply: (args: ArgumentsOf<F, ValueId>, context: RuleContext, type: TensorType) => Value | undefined,
): Rule {
  return rule("map", name, (node, context) => {
    const args = argumentsOfMap(node, fn);
    return args === undefined ? undefined : apply(args, context, node.type);
  });
}

/** The same rule for both orders of the arguments of a commutative function. */
export function commutativeRule(
  fn: BinaryName,
  name: string,
  apply: (a: ValueId, b: ValueId, context: RuleContext, type: TensorType) => Value | undefined,
): Rule {
  return mapRule(fn, name, ([a, b], context, type) => apply(a, b, context, type) ?? apply(b, a, context, type));
}

/** The arguments of a value that is `fn` of something: as many as `fn` takes, which the rules of graphs ensure. */
export function argumentsOfMap<F extends ScalarName>(prim: Prim, fn: F): ArgumentsOf<F, ValueId> | undefined {
  return prim.kind === "map" && prim.fn === fn ? (prim.args as ArgumentsOf<F, ValueId>) : undefined;
}

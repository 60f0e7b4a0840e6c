// The small patterns that the larger ones are made of, over the primitives as they were.

import type { PrimNode, PrimOf, ValueId } from "../ir/graph.ts";
import type { Context } from "./context.ts";

/** Returns the arguments of a value that is `fn` of something. */
export function argsOf(context: Context, id: ValueId, fn: string): readonly ValueId[] | undefined {
  const node = context.definition(id);
  return node.kind === "map" && node.fn === fn ? node.args : undefined;
}

/** Returns the only argument. */
export const inside = (context: Context, id: ValueId, fn: string): ValueId | undefined => argsOf(context, id, fn)?.[0];

/** Returns the first answer for the arguments of `fn` in either order. */
export function eitherWay<T>(
  context: Context,
  id: ValueId,
  fn: string,
  ask: (a: ValueId, b: ValueId) => T | undefined,
): T | undefined {
  const [a, b] = argsOf(context, id, fn) ?? [];
  return a === undefined || b === undefined ? undefined : (ask(a, b) ?? ask(b, a));
}

/** Returns the argument that is spread over these axes of the value, or over any axes if none are given. */
export function spreadOver(context: Context, id: ValueId, axes?: readonly number[]): ValueId | undefined {
  const node = context.definition(id);
  if (node.kind !== "broadcast") return undefined;
  return axes === undefined || sameAxes(node.axes, axes) ? node.arg : undefined;
}

export const sameAxes = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((axis, i) => axis === b[i]);

/** Recognises the numbers from 0 up to a count. */
export const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

/** Returns the argument of a reduction over exactly these axes. */
export function reducedOver(
  context: Context,
  id: ValueId,
  op: PrimOf<"reduce">["op"],
  axes: readonly number[],
): ValueId | undefined {
  const node = context.definition(id);
  return node.kind === "reduce" && node.op === op && sameAxes(node.axes, axes) ? node.arg : undefined;
}

/** Returns the node behind a value if it has that kind. */
export function nodeOf<K extends PrimNode["kind"]>(
  context: Context,
  id: ValueId,
  kind: K,
): (PrimNode & PrimOf<K>) | undefined {
  const node = context.definition(id);
  return node.kind === kind ? (node as PrimNode & PrimOf<K>) : undefined;
}

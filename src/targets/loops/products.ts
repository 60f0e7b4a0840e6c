// Sums of products, which targets compute in tiles: their two operands, and the loops that each depends on.

import type { Load } from "../../ir/expression.ts";
import type { Address, Loop, Stage } from "../../ir/loops.ts";

export const strideOf = (address: Address, loop: string): number => address.strides[loop] ?? 0;
export const dependsOn = (address: Address, loop: string): boolean => strideOf(address, loop) !== 0;

/** The two factors of a sum of products of plain loads. */
export function factorsOf(stage: Extract<Stage, { kind: "reduce" }>): readonly [Load, Load] | undefined {
  if (stage.op !== "sum" || stage.term.kind !== "apply" || stage.term.fn !== "mul") return undefined;
  const [a, b] = stage.term.args;
  if (a?.kind !== "load" || b?.kind !== "load" || a.guards.length > 0 || b.guards.length > 0) return undefined;
  return [a, b];
}

/** The loops that one operand depends on and the other does not: a tile along them loads the other once. */
export const loopsOfOne = (loops: readonly Loop[], one: Load, other: Load): readonly Loop[] =>
  loops.filter(({ name }) => dependsOn(one.address, name) && !dependsOn(other.address, name));

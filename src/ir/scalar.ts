// The scalar functions: everything a `map` can do to one element. One entry holds the function's evaluation in f64, its
// partial derivatives, and how each target spells it. A new one is a new entry in one of the tables in scalar/.

import { arithmetic } from "./scalar/arithmetic.ts";
import { comparisons } from "./scalar/comparisons.ts";
import type { ScalarFunction } from "./scalar/function.ts";
import { transcendentals } from "./scalar/transcendentals.ts";

const table: ReadonlyMap<string, ScalarFunction> = new Map(
  Object.entries({ ...arithmetic, ...comparisons, ...transcendentals }),
);

export const scalarFunctionNames: readonly string[] = [...table.keys()];

export function isScalarFunction(name: string): boolean {
  return table.has(name);
}

/** Throws for an unknown name: names come from operator definitions, never from users. */
export function scalarFunction(name: string): ScalarFunction {
  const entry = table.get(name);
  if (entry === undefined) throw new Error(`compiler bug: no scalar function '${name}'`);
  return entry;
}

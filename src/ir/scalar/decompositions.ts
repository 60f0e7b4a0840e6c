// The scalar functions that a machine with f32 arithmetic alone lacks, each made of that arithmetic: one table, by the names
// of the scalar functions. Bounds of error are in units in the last place of the correctly rounded f32 result.

import type { Decomposition } from "./algebra.ts";
import { exponentials } from "./f32/exponentials.ts";
import { logarithms } from "./f32/logarithms.ts";

const table: ReadonlyMap<string, Decomposition> = new Map<string, Decomposition>(
  Object.entries({ ...exponentials, ...logarithms }),
);

/** The scalar functions that have a decomposition. */
export const decomposedNames: readonly string[] = [...table.keys()];

export function decomposition(name: string): Decomposition | undefined {
  return table.get(name);
}

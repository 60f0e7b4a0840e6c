// The scalar functions that a machine with f32 arithmetic alone lacks, each made of that arithmetic: one table, by the names
// of the scalar functions.

import type { Decomposition } from "./algebra.ts";
import { errorFunctions } from "./f32/errorFunctions.ts";
import { exponentials } from "./f32/exponentials.ts";
import { logarithms } from "./f32/logarithms.ts";
import { powers } from "./f32/powers.ts";
import { remainders } from "./f32/remainders.ts";
import { largeAngles, trigonometry } from "./f32/trigonometry.ts";

const functions = { ...exponentials, ...logarithms, ...powers, ...trigonometry, ...errorFunctions, ...remainders };
const table: ReadonlyMap<string, Decomposition> = new Map<string, Decomposition>(
  Object.entries({ ...functions, ...largeAngles }),
);

/** The scalar functions that have a decomposition. */
export const decomposedNames: readonly string[] = Object.keys(functions);

/** Of a scalar function, or of a slow path that one names in `rarely`. */
export function decomposition(name: string): Decomposition | undefined {
  return table.get(name);
}

// One table of the scalar functions that a machine with only f32 arithmetic lacks. Each is written in terms of that
// arithmetic.

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
export type DecomposedName = keyof typeof functions;
export const decomposedNames = Object.keys(functions) as readonly DecomposedName[];

/** The decomposition of a scalar function, or of a slow path that `rarely` names. */
export function decomposition(name: string): Decomposition | undefined {
  return table.get(name);
}

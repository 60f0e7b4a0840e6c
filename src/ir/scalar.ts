// The scalar functions: everything a `map` can do to one element. One entry holds a function's evaluation in f64 and its
// partial derivatives. A new function is a name in scalar/names.ts and an entry in one of the tables in scalar/; the type
// checker then names every target that has no spelling for it.

import { arithmetic } from "./scalar/arithmetic.ts";
import { comparisons } from "./scalar/comparisons.ts";
import type { ScalarFunction, ScalarFunctions } from "./scalar/function.ts";
import type { ScalarName } from "./scalar/names.ts";
import { transcendentals } from "./scalar/transcendentals.ts";

const table: ScalarFunctions = {
  ...arithmetic,
  ...comparisons,
  ...transcendentals,
};

export const scalarNames = Object.keys(table) as readonly ScalarName[];

/** Finds a function by a name that was read from text. */
export const isScalarName = (name: string): name is ScalarName => Object.hasOwn(table, name);

export const scalarFunction = (name: ScalarName): ScalarFunction => table[name];

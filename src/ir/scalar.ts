// The scalar functions: everything a `map` can do to one element. One entry holds the function's evaluation in f64, its
// partial derivatives, and how each target spells it. A new one is a new entry in one of the tables in scalar/.

import type { Builder, Value } from "./builder.ts";
import { arithmetic } from "./scalar/arithmetic.ts";
import { comparisons } from "./scalar/comparisons.ts";
import { transcendentals } from "./scalar/transcendentals.ts";
import type { DType } from "./types.ts";

export interface ScalarFunction {
  readonly arity: number;
  /** The type of the result, given those of the arguments. */
  result(args: readonly DType[]): DType;
  /** In f64. Booleans are 0 and 1. */
  evaluate(...args: readonly number[]): number;
  /**
   * The derivative by each argument, as a value of the shape of `out`; undefined where it is zero everywhere (steps,
   * comparisons). `args` are the arguments, `out` the function's own value. A whole list left out means: all zero.
   */
  readonly partials?: readonly ((g: Builder, args: readonly Value[], out: Value) => Value | undefined)[];
  /** A JavaScript expression; `#0`, `#1` … stand for the arguments, which are already atomic or in parentheses. */
  readonly js: string;
  /** A JavaScript (and TypeScript) function that `js` calls, emitted once where it is used; its text starts `function name(`. */
  readonly helper?: string;
  /** How formulas in comments show it, with `#0`, `#1` …; the default is `name(#0, #1)`. */
  readonly formula?: string;
}

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

// What there is to know of one scalar function. The functions themselves stand in the tables beside it.

import type { Builder, Value } from "../builder.ts";
import type { DType } from "../types.ts";
import type { ArgumentsOf, ScalarName } from "./names.ts";

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
  /** Its value jumps, or it compares: it must be given numbers as they would be stored, not more exact ones. */
  readonly jumps?: true;
  /** How formulas in comments show it, with `#0`, `#1` …; the default is `name(#0, #1)`. */
  readonly formula?: string;
}

/** All of them, each with the number of arguments that its name says. */
export type ScalarFunctions = {
  readonly [F in ScalarName]: ScalarFunction & { readonly arity: ArgumentsOf<F, unknown>["length"] };
};

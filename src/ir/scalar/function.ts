// The definition of one scalar function. The files beside this one hold tables of the functions.

import type { Builder, Value } from "../builder.ts";
import type { DType } from "../types.ts";
import type { ArgumentsOf, ScalarName } from "./names.ts";

export interface ScalarFunction {
  readonly arity: number;
  /** The type of the result, given those of the arguments. */
  result(args: readonly DType[]): DType;
  /** Computes the function in f64. Booleans are 0 and 1. */
  evaluate(...args: readonly number[]): number;
  /**
   * The derivative with respect to each argument, as a value of the shape of `out`; undefined if it is zero everywhere
   * (steps, comparisons). `args` are the arguments, `out` the function's own value. Without the list, all are zero.
   */
  readonly partials?: readonly ((g: Builder, args: readonly Value[], out: Value) => Value | undefined)[];
  /** Its value jumps, or it compares: its arguments must be rounded as a store would round them. */
  readonly jumps?: true;
  /** Its form in the formulas of comments, with `#0`, `#1` …; by default `name(#0, #1)`. */
  readonly formula?: string;
}

/** All functions, each with the number of arguments that belongs to its name. */
export type ScalarFunctions = {
  readonly [F in ScalarName]: ScalarFunction & { readonly arity: ArgumentsOf<F, unknown>["length"] };
};

// What there is to know of one scalar function. The functions themselves stand in the tables beside it.

import type { Builder, Value } from "../builder.ts";
import type { DType } from "../types.ts";

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

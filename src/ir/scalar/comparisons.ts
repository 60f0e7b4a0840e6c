// Comparisons, logic, choice and conversions between element types. A boolean is the number 0 or 1 everywhere.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { Builder, Value } from "../builder.ts";
import type { DType } from "../types.ts";
import { widest } from "./arithmetic.ts";
import type { ScalarFunction, ScalarFunctions } from "./function.ts";

const bool = (): DType => "bool";

type Comparison = ScalarFunction & { readonly arity: 2 };
const comparison = (holds: (a: number, b: number) => boolean, formula: string): Comparison => ({
  arity: 2,
  result: bool,
  evaluate: (a = 0, b = 0) => (holds(a, b) ? 1 : 0),
  jumps: true,
  formula: `#0 ${formula} #1`,
});

/** The derivative of `select` with respect to one of its two values: the condition, or its opposite. */
const chosen = (g: Builder, args: readonly Value[], out: Value, [yes, no]: readonly [number, number]): Value => {
  const condition = args[0];
  if (condition === undefined) throw new CompilerBug("select without a condition");
  return g.select(condition, g.constant(yes, out.type), g.constant(no, out.type));
};

export const comparisons = {
  eq: comparison((a, b) => a === b, "="),
  ne: comparison((a, b) => a !== b, "≠"),
  lt: comparison((a, b) => a < b, "<"),
  le: comparison((a, b) => a <= b, "≤"),
  gt: comparison((a, b) => a > b, ">"),
  ge: comparison((a, b) => a >= b, "≥"),
  and: {
    arity: 2,
    result: bool,
    evaluate: (a, b) => (a !== 0 && b !== 0 ? 1 : 0),
    formula: "#0 and #1",
  },
  or: { arity: 2, result: bool, evaluate: (a, b) => (a !== 0 || b !== 0 ? 1 : 0), formula: "#0 or #1" },
  not: { arity: 1, result: bool, evaluate: (a) => (a === 0 ? 1 : 0), jumps: true, formula: "not #0" },
  is_finite: {
    arity: 1,
    result: bool,
    evaluate: (a) => (Number.isFinite(a) ? 1 : 0),
    jumps: true,
  },
  /** `select(condition, a, b)`. The value that is not chosen may be anything, even NaN. */
  select: {
    arity: 3,
    result: ([, yes = "f32", no = "f32"]) => (yes === "bool" && no === "bool" ? "bool" : widest([yes, no])),
    evaluate: (condition, a, b) => (condition !== 0 ? a : b),
    partials: [
      () => undefined,
      (g, args, out) => chosen(g, args, out, [1, 0]),
      (g, args, out) => chosen(g, args, out, [0, 1]),
    ],
    formula: "#0 ? #1 : #2",
  },
  f32: {
    arity: 1,
    result: () => "f32",
    evaluate: (a) => a,
    partials: [(g, _, out) => g.constant(1, out.type)],
  },
  /** Rounds towards zero. */
  i32: { arity: 1, result: () => "i32", evaluate: Math.trunc, jumps: true },
  /** Rounds towards zero, then takes the remainder modulo 256. */
  u8: { arity: 1, result: () => "u8", evaluate: (a) => Math.trunc(a) & 255, jumps: true },
  bool: { arity: 1, result: bool, evaluate: (a) => (a !== 0 ? 1 : 0), jumps: true },
  /** The value itself; no gradient passes. */
  stop_gradient: { arity: 1, result: ([type]) => type ?? "f32", evaluate: (a) => a },
} satisfies Partial<ScalarFunctions>;

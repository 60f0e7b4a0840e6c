// The scalar functions in JavaScript, for trainers of target `js`, and of `tfjs` if its library lacks a function. Numbers are
// f64 here; a store rounds them.

import type { ScalarName } from "../../ir/scalar/names.ts";
import { erfHelper, erfinvHelper } from "./errorFunctions.ts";

export interface JsSpelling {
  /** An expression. `#0`, `#1` … are the arguments, which are already atomic or in parentheses. */
  readonly expression: string;
  /** A function that it calls, in JavaScript or TypeScript, printed once if it is used: `function name(…`. */
  readonly helper?: string;
}

const spelled = (expression: string): JsSpelling => ({ expression });

const spellings = {
  add: spelled("#0 + #1"),
  sub: spelled("#0 - #1"),
  mul: spelled("#0 * #1"),
  div: spelled("#0 / #1"),
  mod: {
    expression: "floorMod(#0, #1)",
    helper: `function floorMod(a: number, b: number): number {
  return a - Math.floor(a / b) * b;
}`,
  },
  neg: spelled("-#0"),
  pow: spelled("Math.pow(#0, #1)"),
  square: {
    expression: "square(#0)",
    helper: `function square(x: number): number {
  return x * x;
}`,
  },
  sqrt: spelled("Math.sqrt(#0)"),
  rsqrt: spelled("1 / Math.sqrt(#0)"),
  reciprocal: spelled("1 / #0"),
  abs: spelled("Math.abs(#0)"),
  relu: spelled("Math.max(#0, 0)"),
  max: spelled("Math.max(#0, #1)"),
  min: spelled("Math.min(#0, #1)"),
  sign: spelled("Math.sign(#0)"),
  floor: spelled("Math.floor(#0)"),
  ceil: spelled("Math.ceil(#0)"),
  round: {
    expression: "roundHalfToEven(#0)",
    helper: `function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}`,
  },
  exp: spelled("Math.exp(#0)"),
  expm1: spelled("Math.expm1(#0)"),
  log: spelled("Math.log(#0)"),
  log1p: spelled("Math.log1p(#0)"),
  tanh: spelled("Math.tanh(#0)"),
  sigmoid: spelled("1 / (1 + Math.exp(-#0))"),
  softplus: {
    expression: "softplus(#0)",
    helper: `function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}`,
  },
  sin: spelled("Math.sin(#0)"),
  cos: spelled("Math.cos(#0)"),
  tan: spelled("Math.tan(#0)"),
  atan: spelled("Math.atan(#0)"),
  erf: { expression: "erf(#0)", helper: erfHelper },
  erfinv: { expression: "erfinv(#0)", helper: erfinvHelper },
  eq: spelled("#0 === #1 ? 1 : 0"),
  ne: spelled("#0 !== #1 ? 1 : 0"),
  lt: spelled("#0 < #1 ? 1 : 0"),
  le: spelled("#0 <= #1 ? 1 : 0"),
  gt: spelled("#0 > #1 ? 1 : 0"),
  ge: spelled("#0 >= #1 ? 1 : 0"),
  and: spelled("#0 & #1"),
  or: spelled("#0 | #1"),
  not: spelled("#0 === 0 ? 1 : 0"),
  is_finite: spelled("Number.isFinite(#0) ? 1 : 0"),
  select: spelled("#0 !== 0 ? #1 : #2"),
  f32: spelled("#0"),
  i32: spelled("Math.trunc(#0)"),
  u8: spelled("#0 & 255"),
  bool: spelled("#0 !== 0 ? 1 : 0"),
  stop_gradient: spelled("#0"),
} satisfies { readonly [F in ScalarName]: JsSpelling };

export const jsSpelling = (fn: ScalarName): JsSpelling => spellings[fn];

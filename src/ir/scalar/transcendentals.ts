// Exponentials, logarithms, trigonometry and error functions, element by element, in f64.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { Builder, Value } from "../builder.ts";
import type { DType } from "../types.ts";
import { erf, erfinv } from "./errorFunctions.ts";
import type { ScalarFunction, ScalarFunctions } from "./function.ts";

const alwaysF32 = (): DType => "f32";
const only = (args: readonly Value[]): Value => {
  const value = args[0];
  if (value === undefined) throw new CompilerBug("a scalar function without its argument");
  return value;
};
const halfRootPi = Math.sqrt(Math.PI) / 2;

type Unary = ScalarFunction & { readonly arity: 1 };
type Slope = NonNullable<ScalarFunction["partials"]>[number];
const unary = (evaluate: (x: number) => number, partial: Slope): Unary => ({
  arity: 1,
  result: alwaysF32,
  evaluate: (x = 0) => evaluate(x),
  partials: [partial],
});

/** Derivatives of the form `1 - out²`. */
const oneMinus = (g: Builder, x: Value): Value => g.sub(1, x);

export const transcendentals = {
  exp: unary(Math.exp, (_, __, out) => out),
  expm1: unary(Math.expm1, (g, _, out) => g.add(out, 1)),
  log: unary(Math.log, (g, args) => g.map("reciprocal", only(args))),
  log1p: unary(Math.log1p, (g, args) => g.map("reciprocal", g.add(only(args), 1))),
  tanh: unary(Math.tanh, (g, _, out) => oneMinus(g, g.map("square", out))),
  /** In f64 this form is accurate to the last bits on both sides: exp overflows to infinity, and 1 / infinity is 0. */
  sigmoid: unary(
    (x) => 1 / (1 + Math.exp(-x)),
    (g, _, out) => g.mul(out, oneMinus(g, out)),
  ),
  /** `log(1 + exp(x))`, without overflow. */
  softplus: unary(
    (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    (g, args) => g.map("sigmoid", only(args)),
  ),
  sin: unary(Math.sin, (g, args) => g.map("cos", only(args))),
  cos: unary(Math.cos, (g, args) => g.map("neg", g.map("sin", only(args)))),
  tan: unary(Math.tan, (g, _, out) => g.add(g.map("square", out), 1)),
  atan: unary(Math.atan, (g, args) => g.map("reciprocal", g.add(g.map("square", only(args)), 1))),
  erf: unary(erf, (g, args) => g.div(g.map("exp", g.map("neg", g.map("square", only(args)))), halfRootPi)),
  erfinv: unary(erfinv, (g, _, out) => g.mul(g.map("exp", g.map("square", out)), halfRootPi)),
} satisfies Partial<ScalarFunctions>;

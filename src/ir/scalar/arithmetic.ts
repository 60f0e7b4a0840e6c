// Arithmetic, element by element: sums, products, powers and rounding. It knows no tensors. Each target's own
// tables say how it spells a function.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { Builder, Value } from "../builder.ts";
import type { DType } from "../types.ts";
import type { ScalarFunctions } from "./function.ts";
import type { ScalarName } from "./names.ts";

/** The widest of the types: f32 before i32 before u8. Booleans add up as i32. */
export function widest(types: readonly DType[]): DType {
  if (types.includes("f32")) return "f32";
  return types.length > 0 && types.every((type) => type === "u8") ? "u8" : "i32";
}
const alwaysF32 = (): DType => "f32";

const ones = (g: Builder, out: Value): Value => g.constant(1, out.type);
const minusOnes = (g: Builder, out: Value): Value => g.constant(-1, out.type);
const first = (args: readonly Value[]): Value => nth(args, 0);
const second = (args: readonly Value[]): Value => nth(args, 1);
function nth(args: readonly Value[], index: number): Value {
  const value = args[index];
  if (value === undefined) throw new CompilerBug(`a scalar function without argument ${index}`);
  return value;
}

/** 1 if the comparison holds, otherwise 0. */
const where = (g: Builder, comparison: ScalarName, a: Value, b: Value | number): Value =>
  g.cast(g.map(comparison, a, b), "f32");

/** To the nearest whole number; a half goes to the even one. */
function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

export const arithmetic = {
  add: {
    arity: 2,
    result: widest,
    evaluate: (a, b) => a + b,
    partials: [(g, _, out) => ones(g, out), (g, _, out) => ones(g, out)],
    formula: "#0 + #1",
  },
  sub: {
    arity: 2,
    result: widest,
    evaluate: (a, b) => a - b,
    partials: [(g, _, out) => ones(g, out), (g, _, out) => minusOnes(g, out)],
    formula: "#0 - #1",
  },
  mul: {
    arity: 2,
    result: widest,
    evaluate: (a, b) => a * b,
    partials: [(_, args) => second(args), (_, args) => first(args)],
    formula: "#0 * #1",
  },
  /** True division: the result is f32 for all arguments. */
  div: {
    arity: 2,
    result: alwaysF32,
    evaluate: (a, b) => a / b,
    partials: [
      (g, args) => g.map("reciprocal", second(args)),
      (g, args, out) => g.map("neg", g.div(out, second(args))),
    ],
    formula: "#0 / #1",
  },
  /** The remainder with the sign of the divisor, as in Python. */
  mod: {
    arity: 2,
    result: widest,
    evaluate: (a, b) => a - Math.floor(a / b) * b,
    jumps: true,
    partials: [
      (g, _, out) => ones(g, out),
      (g, args) => g.map("neg", g.map("floor", g.div(first(args), second(args)))),
    ],
    formula: "#0 mod #1",
  },
  neg: {
    arity: 1,
    result: widest,
    evaluate: (a) => -a,
    partials: [(g, _, out) => minusOnes(g, out)],
    formula: "-#0",
  },
  /** The derivative with respect to the exponent is 0 if the base is not positive, as in TensorFlow. */
  pow: {
    arity: 2,
    result: alwaysF32,
    evaluate: (a, b) => a ** b,
    partials: [
      (g, args) => g.mul(second(args), g.map("pow", first(args), g.sub(second(args), 1))),
      (g, args, out) => {
        const positive = g.map("gt", first(args), 0);
        const log = g.map("log", g.select(positive, first(args), g.constant(1, out.type)));
        return g.mul(out, g.select(positive, log, g.constant(0, out.type)));
      },
    ],
    formula: "#0^#1",
  },
  square: {
    arity: 1,
    result: widest,
    evaluate: (a) => a * a,
    partials: [(g, args) => g.mul(first(args), 2)],
    formula: "#0²",
  },
  sqrt: {
    arity: 1,
    result: alwaysF32,
    evaluate: Math.sqrt,
    partials: [(g, _, out) => g.div(0.5, out)],
    formula: "√#0",
  },
  rsqrt: {
    arity: 1,
    result: alwaysF32,
    evaluate: (a) => 1 / Math.sqrt(a),
    partials: [(g, args, out) => g.mul(g.div(out, first(args)), -0.5)],
    formula: "1 / √#0",
  },
  reciprocal: {
    arity: 1,
    result: alwaysF32,
    evaluate: (a) => 1 / a,
    partials: [(g, _, out) => g.map("neg", g.map("square", out))],
    formula: "1 / #0",
  },
  /** The derivative at 0 is 0, as in TensorFlow. */
  abs: {
    arity: 1,
    result: widest,
    evaluate: Math.abs,
    partials: [(g, args) => g.map("sign", first(args))],
    formula: "|#0|",
  },
  /** The derivative at 0 is 0, as in TensorFlow. */
  relu: {
    arity: 1,
    result: widest,
    evaluate: (a) => Math.max(a, 0),
    partials: [(g, _, out) => where(g, "gt", out, 0)],
  },
  /** Among equals the gradient goes to the first argument, as in TensorFlow. */
  max: {
    arity: 2,
    result: widest,
    evaluate: (a, b) => Math.max(a, b),
    partials: [
      (g, args) => where(g, "ge", first(args), second(args)),
      (g, args) => where(g, "lt", first(args), second(args)),
    ],
  },
  /** Among equals the gradient goes to the first argument, as in TensorFlow. */
  min: {
    arity: 2,
    result: widest,
    evaluate: (a, b) => Math.min(a, b),
    partials: [
      (g, args) => where(g, "le", first(args), second(args)),
      (g, args) => where(g, "gt", first(args), second(args)),
    ],
  },
  sign: { arity: 1, result: widest, evaluate: Math.sign, jumps: true },
  floor: { arity: 1, result: widest, evaluate: Math.floor, jumps: true },
  ceil: { arity: 1, result: widest, evaluate: Math.ceil, jumps: true },
  /** A half goes to the even neighbour, as in NumPy. */
  round: {
    arity: 1,
    result: widest,
    evaluate: roundHalfToEven,
    jumps: true,
  },
} satisfies Partial<ScalarFunctions>;

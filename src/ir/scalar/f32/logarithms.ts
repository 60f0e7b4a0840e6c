// Logarithms and softplus in f32, written against any algebra of f32 lanes.

import { type Algebra, type Decomposition, polynomial, signZero } from "../algebra.ts";
import { fastTwoSum, type Pair, twoSum } from "./doubleFloat.ts";
import { exp, log2High, log2Low } from "./exponentials.ts";

/** The bits of √½. Mantissas below it count with the exponent one lower, so a mantissa lies in [√½, √2). */
const rootHalf = 0x3f35_04f3;
const one = 0x3f80_0000;
const smallestNormal = 2 ** -126;

/** `x = 2ᵉ m` for a normal positive x, m in [√½, √2). */
function splitNormal<F, I>(a: Algebra<F, I>, x: F): { exponent: I; mantissa: F } {
  const bits = a.bits(x);
  const exponent = a.shiftRight(a.subInt(bits, a.i32(rootHalf)), 23);
  return { exponent, mantissa: a.fromBits(a.subInt(bits, a.shiftLeft(exponent, 23))) };
}

// FreeBSD msun, e_logf.c (Sun Microsystems 1993): log(1 + f) = 2s + s R(s²) with s = f / (2 + f); error below 2⁻³⁴.
const series = [0.24279078841, 0.28498786688, 0.40000972152, 0.66666662693] as const;

/** `e log 2 + log(1 + f)`, 1 + f in [√½, √2), as two terms. The first is 0 or the larger one. */
function terms<F, I>(a: Algebra<F, I>, exponent: I, f: F): readonly [F, F] {
  const s = a.div(f, a.add(f, a.f32(2)));
  const square = a.mul(s, s);
  const rest = a.mul(square, polynomial(a, square, series));
  const halfSquare = a.mul(a.mul(f, f), a.f32(0.5));
  const e = a.toFloat(exponent);
  const low = a.add(a.mul(s, a.add(halfSquare, rest)), a.mul(e, a.f32(log2Low)));
  return [a.mul(e, a.f32(log2High)), a.sub(f, a.sub(halfSquare, low))];
}

function logarithm<F, I>(a: Algebra<F, I>, exponent: I, f: F): F {
  const [large, small] = terms(a, exponent, f);
  return a.add(small, large);
}

/** -∞ at zero, NaN below; infinity and NaN stay. */
function atTheEnds<F, I>(a: Algebra<F, I>, x: F, inside: F): F {
  const zero = a.f32(0);
  const infinity = a.f32(Number.POSITIVE_INFINITY);
  const outside = a.select(a.eq(x, zero), a.f32(Number.NEGATIVE_INFINITY), a.f32(Number.NaN));
  return a.select(a.lt(x, infinity), a.select(a.gt(x, zero), inside, outside), a.add(x, infinity));
}

/** `x = 2ᵉ m` for a positive x, m in [√½, √2). It first makes a subnormal x normal. */
export function splitExponent<F, I>(a: Algebra<F, I>, x: F): { exponent: I; mantissa: F } {
  const subnormal = a.lt(x, a.f32(smallestNormal));
  const { exponent, mantissa } = splitNormal(a, a.select(subnormal, a.mul(x, a.f32(2 ** 23)), x));
  return { exponent: a.subInt(exponent, a.and(subnormal, a.i32(23))), mantissa };
}

/** log for a normal x > 0, with the remainder of its last rounding. Other values return anything. */
export function logPair<F, I>(a: Algebra<F, I>, x: F): Pair<F> {
  const { exponent, mantissa } = splitNormal(a, x);
  return fastTwoSum(a, ...terms(a, exponent, a.sub(mantissa, a.f32(1))));
}

function log<F, I>(a: Algebra<F, I>, x: F): F {
  const { exponent, mantissa } = splitExponent(a, x);
  return atTheEnds(a, x, logarithm(a, exponent, a.sub(mantissa, a.f32(1))));
}

/** `log(1 + x)`. The bits lost in 1 + x go back into the mantissa, as in Sun's s_log1p.c. */
function log1p<F, I>(a: Algebra<F, I>, x: F): F {
  const { high: sum, low: lost } = twoSum(a, x, a.f32(1));
  const { exponent, mantissa } = splitNormal(a, sum);
  // 2⁻ᵉ. Above 2²⁵ the lost bits do not count, and 2⁻ᵉ could overflow.
  const scale = a.fromBits(a.and(a.subInt(a.i32(one), a.shiftLeft(exponent, 23)), a.lt(x, a.f32(2 ** 25))));
  const f = a.add(a.sub(mantissa, a.f32(1)), a.mul(lost, scale));
  return signZero(a, atTheEnds(a, sum, logarithm(a, exponent, f)), x);
}

/** `max(x, 0) + log(1 + exp(-|x|))`. */
function softplus<F, I>(a: Algebra<F, I>, x: F): F {
  const e = exp(a, a.neg(a.abs(x)));
  return a.add(a.max(x, a.f32(0)), log1p(a, e));
}

export const logarithms = {
  log: { arity: 1, ulp: 1, define: log },
  log1p: { arity: 1, ulp: 1.5, define: log1p },
  softplus: { arity: 1, ulp: 2, define: softplus },
} satisfies Record<string, Decomposition>;

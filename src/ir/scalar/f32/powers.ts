// x to the power y in f32, written against any algebra of f32 lanes. The logarithm is a pair of f32: y times it can reach
// 128, which multiplies its error as well.

import { type Algebra, type Decomposition, multiplySign, polynomial } from "../algebra.ts";
import { fastTwoSum, type Pair, twoProduct } from "./doubleFloat.ts";
import { reducedExponential, rounding, scaleByPowerOfTwo } from "./exponentials.ts";
import { splitExponent } from "./logarithms.ts";

const log2e: readonly [number, number] = [1.4426950216293335, 1.9259629911266175e-8];
const ln2: readonly [number, number] = [0.6931471824645996, -1.904654299957765e-9];
const twoThirds: readonly [number, number] = [0.6666666865348816, -1.9868214925130207e-8];

/** `x y` to some 44 bits. */
function product<F, I>(a: Algebra<F, I>, x: Pair<F>, y: Pair<F>): Pair<F> {
  const { high, low } = twoProduct(a, x.high, y.high);
  return fastTwoSum(a, high, a.add(low, a.add(a.mul(x.high, y.low), a.mul(x.low, y.high))));
}

const constant = <F, I>(a: Algebra<F, I>, [high, low]: readonly [number, number]): Pair<F> => ({
  high: a.f32(high),
  low: a.f32(low),
});

/** log₂ x for x > 0, to some 36 bits. Zero, infinity and NaN return anything. */
function log2<F, I>(a: Algebra<F, I>, x: F): Pair<F> {
  const { exponent, mantissa } = splitExponent(a, x);
  // s = (m - 1) / (m + 1), where m - 1 is exact. The remainder of the division is divided once more.
  const one = a.f32(1);
  const top = a.sub(mantissa, one);
  const bottom = fastTwoSum(a, one, mantissa);
  const quotient = a.div(top, bottom.high);
  const back = twoProduct(a, quotient, bottom.high);
  const left = a.sub(a.sub(a.sub(top, back.high), back.low), a.mul(quotient, bottom.low));
  const s = { high: quotient, low: a.div(left, bottom.high) };
  // log m = 2 s + s³ (2/3 + 2/5 s² + 2/7 s⁴ + …), |s| below 0.172: only 2/3 needs more than one f32.
  const square = product(a, s, s);
  const rest = a.mul(square.high, polynomial(a, square.high, [2 / 11, 2 / 9, 2 / 7, 2 / 5]));
  const factor = fastTwoSum(a, a.f32(twoThirds[0]), a.add(rest, a.f32(twoThirds[1])));
  const cubic = product(a, product(a, s, square), factor);
  const sum = fastTwoSum(a, a.add(s.high, s.high), cubic.high);
  const log = { high: sum.high, low: a.add(sum.low, a.add(cubic.low, a.add(s.low, s.low))) };
  const inTwos = product(a, log, constant(a, log2e));
  const { high, low } = fastTwoSum(a, a.toFloat(exponent), inTwos.high);
  return { high, low: a.add(low, inTwos.low) };
}

/** 2 to the power of a pair. */
function exp2<F, I>(a: Algebra<F, I>, x: Pair<F>): F {
  // Beyond ±150 the result is 0 or infinite. Then the low part, which may be NaN, must not matter.
  const high = a.max(a.min(x.high, a.f32(150)), a.f32(-152));
  const low = a.max(a.f32(-1), a.min(a.f32(1), x.low));
  const shifted = a.add(high, a.f32(rounding));
  const r = a.sub(high, a.sub(shifted, a.f32(rounding)));
  const exponent = twoProduct(a, r, a.f32(ln2[0]));
  const correction = a.add(exponent.low, a.add(a.mul(r, a.f32(ln2[1])), a.mul(low, a.f32(ln2[0]))));
  return scaleByPowerOfTwo(a, reducedExponential(a, exponent.high, a.neg(correction)), shifted);
}

/**
 * As in Math.pow, the result is 1 for y = 0 and NaN for ±1 to an infinite power, and a negative base takes whole powers only.
 * x¹ and x² are exactly x and x x.
 */
function pow<F, I>(a: Algebra<F, I>, x: F, y: F): F {
  const zero = a.f32(0);
  const infinity = a.f32(Number.POSITIVE_INFINITY);
  const size = a.abs(x);
  const log = log2(a, size);
  // Infinity and NaN are their own logarithms here; twoProduct's low part is then NaN, which exp2 ignores.
  const finite = a.select(a.lt(size, infinity), log.high, size);
  const high = a.select(a.eq(size, zero), a.f32(Number.NEGATIVE_INFINITY), finite);
  const exponent = twoProduct(a, y, high);
  const magnitude = exp2(a, { high: exponent.high, low: a.add(exponent.low, a.mul(y, log.low)) });

  const half = a.mul(y, a.f32(0.5));
  const whole = a.eq(a.floor(y), y);
  const odd = a.and(whole, a.ne(a.floor(half), half));
  const signed = multiplySign(a, magnitude, a.fromBits(a.and(odd, a.bits(x))));
  const negative = a.and(a.lt(x, zero), a.lt(size, infinity));
  const power = a.select(a.andNot(negative, whole), a.f32(Number.NaN), signed);
  const exact = a.select(a.eq(y, a.f32(1)), x, a.select(a.eq(y, a.f32(2)), a.mul(x, x), power));
  return a.select(a.eq(y, zero), a.f32(1), exact);
}

export const powers = {
  pow: { arity: 2, ulp: 1, define: pow },
} satisfies Record<string, Decomposition>;

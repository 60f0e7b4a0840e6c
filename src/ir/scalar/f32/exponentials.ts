// exp, expm1, tanh and sigmoid in f32, written against any algebra of f32 lanes. Each states where it loses precision. This
// file knows no logarithms.

import { type Algebra, type Decomposition, multiplySign, polynomial, signZero } from "../algebra.ts";

/** Adding 1.5 · 2²³ rounds to a whole number and leaves it, in two's complement, in the low bits of the sum. */
export const rounding = 12_582_912;

// Cody and Waite: log 2 in two parts, the first so short that its product with a whole number below 2¹⁵ is exact.
export const log2High = 0.693359375;
export const log2Low = -2.1219444005469057e-4;

// Minimax on |r| ≤ log 2 / 2, relative to expm1(r): below 2⁻²⁶.
const exponential = [0.001391757396, 0.008367704228, 0.04166661203, 0.1666653454, 0.5] as const;
// Cephes, expf.c: relative to expm1(r) below 2⁻²⁸.
const finer = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
] as const;

/** `x = n log 2 + r` with |r| ≤ log 2 / 2: r as `high - low`, and n in the low bits of `shifted`. */
function reduce<F, I>(a: Algebra<F, I>, x: F): { shifted: F; high: F; low: F } {
  const shifted = a.add(a.mul(x, a.f32(Math.LOG2E)), a.f32(rounding));
  const n = a.sub(shifted, a.f32(rounding));
  return { shifted, high: a.sub(x, a.mul(n, a.f32(log2High))), low: a.mul(n, a.f32(log2Low)) };
}

/** 2ⁿ for the whole number n in the low bits of `shifted`, from -126 to 127. */
const powerOfTwo = <F, I>(a: Algebra<F, I>, shifted: F): F =>
  a.fromBits(a.addInt(a.shiftLeft(a.bits(shifted), 23), a.i32(0x3f80_0000)));

/** exp of the reduced argument, near 1. It uses `low` late, so that the rounding of `high - low` hardly counts. */
export function reducedExponential<F, I>(a: Algebra<F, I>, high: F, low: F): F {
  const r = a.sub(high, low);
  const rest = a.sub(a.mul(a.mul(r, r), polynomial(a, r, exponential)), low);
  return a.add(a.add(high, rest), a.f32(1));
}

/** exp for x from -87 to 88, where neither x nor the result comes near the limits of f32. */
export function exponentialInRange<F, I>(a: Algebra<F, I>, x: F): F {
  const { shifted, high, low } = reduce(a, x);
  return a.mul(reducedExponential(a, high, low), powerOfTwo(a, shifted));
}

/** `value 2ⁿ` for the n in the low bits of `shifted`, in two steps: n goes from -252 to 254, beyond the exponents of f32. */
export function scaleByPowerOfTwo<F, I>(a: Algebra<F, I>, value: F, shifted: F): F {
  const half = a.shiftRight(a.shiftLeft(a.bits(shifted), 10), 11);
  const first = a.addInt(a.shiftLeft(half, 23), a.i32(0x3f80_0000));
  const second = a.subInt(a.addInt(a.shiftLeft(a.bits(shifted), 23), a.i32(0x7f00_0000)), first);
  return a.mul(a.mul(value, a.fromBits(first)), a.fromBits(second));
}

/**
 * exp for every x; subnormal results are rounded once more, which costs up to half of their last bit. A processor takes ten times
 * as long for a product that is too small, so arguments whose result is 0, as masks of attention are, get theirs without one.
 */
export function exp<F, I>(a: Algebra<F, I>, x: F): F {
  const vanishes = a.lt(x, a.f32(-104));
  const unless = (value: F): F => a.fromBits(a.andNot(a.bits(value), vanishes));
  // Beyond 89 the result is infinite. NaN passes, because it is the first argument.
  const { shifted, high, low } = reduce(a, unless(a.min(x, a.f32(89))));
  return unless(scaleByPowerOfTwo(a, reducedExponential(a, high, low), shifted));
}

function expm1<F, I>(a: Algebra<F, I>, x: F): F {
  // Below -18 the result rounds to -1.
  const { shifted, high, low } = reduce(a, a.max(a.min(x, a.f32(89)), a.f32(-18)));
  const r = a.sub(high, low);
  // The part that the rounding of r lost: r + lost is exact.
  const lost = a.sub(a.sub(high, r), low);
  const e = a.add(r, a.add(a.mul(a.mul(r, r), polynomial(a, r, finer)), lost));
  // 2ⁿ⁻¹, because n reaches 128.
  const half = a.fromBits(a.addInt(a.shiftLeft(a.bits(shifted), 23), a.i32(0x3f00_0000)));
  const result = a.add(a.mul(half, e), a.sub(half, a.f32(0.5)));
  return signZero(a, a.add(result, result), x);
}

// Minimax on |x| ≤ 0.625, in x², relative to tanh(x): below 2⁻²⁷.
const hyperbolic = [-0.005714063067, 0.02064806223, -0.05374277383, 0.133314833, -0.3333328366] as const;

/** A polynomial where |x| < 0.625, otherwise `1 - 2 / (exp(2 |x|) + 1)`. */
function tanh<F, I>(a: Algebra<F, I>, x: F): F {
  // From 9.02 on the result rounds to 1. NaN takes the polynomial's side, because no comparison holds.
  const size = a.min(a.abs(x), a.f32(9.5));
  const square = a.mul(size, size);
  const small = a.add(a.mul(a.mul(polynomial(a, square, hyperbolic), square), size), size);
  const e = exponentialInRange(a, a.add(size, size));
  const large = a.sub(a.f32(1), a.div(a.f32(2), a.add(e, a.f32(1))));
  return multiplySign(a, a.select(a.ge(size, a.f32(0.625)), large, small), x);
}

/**
 * With `e = exp(-|x|)` and `q = e / (1 + e)`, the result is `1 - q` for a positive x and `e - e q` for a negative one. For a
 * small e, the rounding of 1 + e hardly affects `e - e q`, unlike q itself.
 */
function sigmoid<F, I>(a: Algebra<F, I>, x: F): F {
  const one = a.f32(1);
  const e = exp(a, a.neg(a.abs(x)));
  const q = a.div(e, a.add(e, one));
  const limit = a.select(a.lt(x, a.f32(0)), e, one);
  return a.sub(limit, a.mul(limit, q));
}

export const exponentials = {
  exp: { arity: 1, ulp: 1, define: exp },
  expm1: { arity: 1, ulp: 1.5, define: expm1 },
  tanh: { arity: 1, ulp: 1.5, define: tanh },
  sigmoid: { arity: 1, ulp: 2, define: sigmoid },
} satisfies Record<string, Decomposition>;

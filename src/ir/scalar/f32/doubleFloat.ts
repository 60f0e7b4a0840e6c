// Pairs of f32 that represent their unevaluated sum, some 48 bits, where one f32 is too short. It needs no fused multiply-add:
// Dekker 1971, A floating-point technique for extending the available precision; Knuth, The Art of Computer Programming 2.

import type { Algebra } from "../algebra.ts";

/** `high + low`, where low is at most about half of a unit in the last place of high. */
export interface Pair<F> {
  readonly high: F;
  readonly low: F;
}

/** `x + y` exactly, where |x| ≥ |y| or x is 0. */
export function fastTwoSum<F, I>(a: Algebra<F, I>, x: F, y: F): Pair<F> {
  const high = a.add(x, y);
  return { high, low: a.sub(y, a.sub(high, x)) };
}

/** `x + y` exactly, whichever is larger. */
export function twoSum<F, I>(a: Algebra<F, I>, x: F, y: F): Pair<F> {
  const high = a.add(x, y);
  const part = a.sub(high, x);
  return { high, low: a.add(a.sub(x, a.sub(high, part)), a.sub(y, part)) };
}

/** The upper half of the mantissa and the rest, so that products of halves are exact. */
function halves<F, I>(a: Algebra<F, I>, x: F): Pair<F> {
  const high = a.fromBits(a.and(a.bits(x), a.i32(-0x1000)));
  return { high, low: a.sub(x, high) };
}

/** `x y` exactly, unless it overflows or its last bits are below the smallest subnormal. */
export function twoProduct<F, I>(a: Algebra<F, I>, x: F, y: F): Pair<F> {
  const high = a.mul(x, y);
  const u = halves(a, x);
  const v = halves(a, y);
  const cross = a.add(a.sub(a.mul(u.high, v.high), high), a.mul(u.high, v.low));
  return { high, low: a.add(a.add(cross, a.mul(u.low, v.high)), a.mul(u.low, v.low)) };
}

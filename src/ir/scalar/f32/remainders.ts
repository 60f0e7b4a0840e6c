// The remainder in f32, written against any algebra of f32 lanes: the only arithmetic that takes more than a few
// instructions.

import type { Algebra, Decomposition } from "../algebra.ts";
import { twoProduct } from "./doubleFloat.ts";

/** `x - floor(x / y) y`, exact for x and y of one sign. It is one y too low if x / y rounds up to a whole number. */
function remainder<F, I>(a: Algebra<F, I>, x: F, y: F): F {
  const product = twoProduct(a, a.floor(a.div(x, y)), y);
  return a.sub(a.sub(x, product.high), product.low);
}

/**
 * The remainder with the sign of y, for quotients below 2⁴⁶. It is NaN if x is infinite, or y is 0 or infinite, like
 * `x - floor(x / y) y`, and if that product or x / y overflows.
 */
function mod<F, I>(a: Algebra<F, I>, x: F, y: F): F {
  const zero = a.f32(0);
  const first = remainder(a, x, y);
  // A quotient of more than 24 bits can leave a remainder that is larger than y. A smaller one must not be reduced twice:
  // its remainder may have been rounded to y itself.
  const long = a.ge(a.abs(a.div(x, y)), a.f32(2 ** 24));
  const rest = a.select(long, remainder(a, first, y), first);
  const low = a.xor(a.lt(rest, zero), a.lt(y, zero));
  return a.select(a.and(low, a.ne(rest, zero)), a.add(rest, y), rest);
}

export const remainders = {
  mod: { arity: 2, ulp: 0.5, define: mod },
} satisfies Record<string, Decomposition>;

// The error function and its inverse in f32, written against any algebra of f32 lanes. The f64 ones are another file's.

import { type Algebra, type Decomposition, multiplySign, polynomial } from "../algebra.ts";
import { exponentialInRange } from "./exponentials.ts";

// Minimax in x² on |x| ≤ 0.9277: erf(x) = x + x P(x²), relative error below 2⁻²⁹.
const near = [
  7.968293357e-5, -0.0008043614216, 0.005191936158, -0.0268555861, 0.1128362417, -0.3761262894, 0.1283791661,
] as const;
// Minimax on 0.9 ≤ x ≤ 4: 1 - erf(x) = exp(-x - x P(x)), absolute error below 2⁻²⁸.
const far = [-0.0002141550649, 0.003216455225, -0.0228951294, 0.105270505, 0.6357112527, 0.1285165995] as const;

/** A polynomial near zero, farther out an exponential of one: the shape of both is N. Juffa's. */
function erf<F, I>(a: Algebra<F, I>, x: F): F {
  const small = a.add(a.mul(polynomial(a, a.mul(x, x), near), x), x);
  // From 3.92 on the result rounds to 1. NaN takes the polynomial's side, for no comparison holds.
  const size = a.min(a.abs(x), a.f32(4));
  const exponent = a.neg(a.add(a.mul(polynomial(a, size, far), size), size));
  const large = a.sub(a.f32(1), exponentialInRange(a, exponent));
  return a.select(a.ge(size, a.f32(0.92)), multiplySign(a, large, x), small);
}

export const errorFunctions = {
  erf: { arity: 1, ulp: 2, define: erf },
} satisfies Record<string, Decomposition>;

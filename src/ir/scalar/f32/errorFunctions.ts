// The error function and its inverse in f32, written against any algebra of f32 lanes.
// ../errorFunctions.ts holds the f64 versions.

import { type Algebra, type Decomposition, multiplySign, polynomial, signZero } from "../algebra.ts";
import { twoProduct } from "./doubleFloat.ts";
import { exponentialInRange } from "./exponentials.ts";
import { logPair } from "./logarithms.ts";

// Minimax in x² on |x| ≤ 0.9277: erf(x) = x + x P(x²), relative error below 2⁻²⁹.
const near = [
  7.968293357e-5, -0.0008043614216, 0.005191936158, -0.0268555861, 0.1128362417, -0.3761262894, 0.1283791661,
] as const;
// Minimax on 0.9 ≤ x ≤ 4: 1 - erf(x) = exp(-x - x P(x)), absolute error below 2⁻²⁸.
const far = [-0.0002141550649, 0.003216455225, -0.0228951294, 0.105270505, 0.6357112527, 0.1285165995] as const;

/** A polynomial near zero, and the exponential of one farther out. Both forms are N. Juffa's. */
function erf<F, I>(a: Algebra<F, I>, x: F): F {
  const small = a.add(a.mul(polynomial(a, a.mul(x, x), near), x), x);
  // From 3.92 on the result rounds to 1. NaN takes the polynomial's side, because no comparison holds.
  const size = a.min(a.abs(x), a.f32(4));
  const exponent = a.neg(a.add(a.mul(polynomial(a, size, far), size), size));
  const large = a.sub(a.f32(1), exponentialInRange(a, exponent));
  return a.select(a.ge(size, a.f32(0.92)), multiplySign(a, large, x), small);
}

// With w = -log(1 - x²), erfinv(x) / x is smooth in w near 0 and in √w farther out: Giles 2012, Approximating the erfinv
// function. Minimax in w for w < 4, minus 1, and in √w - 3 up to 4 (the value of √w at the last f32 before 1), minus 2; the
// errors relative to the whole are 2⁻²⁶ and 2⁻²⁷. The subtracted numbers are whole, so x times them is exact. The last
// coefficient has two parts, since one f32 would not be exact enough.
const central = {
  coefficients: [
    -8.790827621e-9, 2.210266103e-7, -1.976428166e-6, 3.983086117e-6, 4.456562601e-5, -0.0001274823444, -0.002334295539,
    0.01154865324, 0.2320138216,
  ],
  last: [-0.1137730777, -1.790473547e-9],
} as const;
const tails = {
  coefficients: [
    -2.491306259e-5, 1.060648901e-5, 0.0001960790396, -0.0003475179547, -0.0001373639971, 0.00151898677,
    -0.003563642269, 0.005676238798, -0.007643057499, 0.009446363896, 1.001675248,
  ],
  last: [0.8329767585, 2.730354431e-8],
} as const;

function giles<F, I>(a: Algebra<F, I>, t: F, { coefficients, last }: typeof central | typeof tails): F {
  const [high, low] = last;
  return a.add(a.f32(high), a.add(a.mul(polynomial(a, t, coefficients), t), a.f32(low)));
}

/** The inverse of the error function: infinite at ±1, NaN beyond. */
function erfinv<F, I>(a: Algebra<F, I>, x: F): F {
  const one = a.f32(1);
  const log = logPair(a, a.mul(a.sub(one, x), a.add(one, x)));
  const w = a.neg(log.high);
  // The last rounding of w and of its root would each cost a unit where the result is just below 2. The remainders are
  // weighted with the slope there, 0.24 and 1, which is close enough elsewhere.
  const near = a.sub(giles(a, w, central), a.mul(log.low, a.f32(0.24)));
  const root = a.sqrt(w);
  const square = twoProduct(a, root, root);
  const left = a.sub(a.sub(a.sub(w, square.high), square.low), log.low);
  const far = a.add(giles(a, a.sub(root, a.f32(3)), tails), a.mul(left, a.f32(0.23)));
  const inside = a.select(a.lt(w, a.f32(4)), a.add(x, a.mul(x, near)), a.add(a.add(x, x), a.mul(x, far)));
  const size = a.abs(x);
  const outside = a.select(a.eq(size, one), a.f32(Number.POSITIVE_INFINITY), a.f32(Number.NaN));
  return signZero(a, a.select(a.lt(size, one), inside, a.mul(x, outside)), x);
}

export const errorFunctions = {
  erf: { arity: 1, ulp: 1.5, define: erf },
  erfinv: { arity: 1, ulp: 2, define: erfinv },
} satisfies Record<string, Decomposition>;

// sin, cos, tan and atan in f32, written against any algebra of f32 lanes: polynomials on the reduced angle, quadrant by
// quadrant. angles.ts reduces the angle.

import { type Algebra, type Decomposition, multiplySign, polynomial } from "../algebra.ts";
import { type Angle, largeAngle, moderate, moderateAngle } from "./angles.ts";

// Minimax in r² on |r| ≤ π/4, relative errors 2⁻²⁸, 2⁻³³ and 2⁻²⁹: (sin r - r) / r³, (cos r - 1 + r²/2) / r⁴, (tan r - r) / r³.
const sine = [-0.0001951800659, 0.008332188241, -0.1666665524] as const;
const cosine = [2.443067024e-5, -0.001388730132, 0.04166664556] as const;
const tangent = [
  0.004441832658, -4.619044194e-5, 0.01094554458, 0.02123861015, 0.05406865105, 0.1333258301, 0.3333335221,
] as const;
// Minimax in x² on |x| ≤ 1, relative error below 2⁻²⁸: (atan x - x) / x³.
const arctangent = [
  -0.001818710938, 0.01102895383, -0.03139444068, 0.05817805603, -0.08416460454, 0.1095665768, -0.1426509172,
  0.1999862641, -0.3333330154,
] as const;

/** A function of the reduced angle of |x|. */
type Reduced = <F, I>(a: Algebra<F, I>, angle: Angle<F, I>) => F;

/** `high + (odd polynomial of it + low)`. */
function sineOfRest<F, I>(a: Algebra<F, I>, { rest: { high, low } }: Angle<F, I>, square: F): F {
  return a.add(high, a.add(a.mul(a.mul(square, high), polynomial(a, square, sine)), low));
}

function cosineOfRest<F, I>(a: Algebra<F, I>, { rest: { high, low } }: Angle<F, I>, square: F): F {
  const one = a.f32(1);
  const half = a.mul(square, a.f32(0.5));
  const first = a.sub(one, half);
  // The part that the subtraction lost.
  const lost = a.sub(a.sub(one, first), half);
  const rest = a.sub(a.mul(a.mul(square, square), polynomial(a, square, cosine)), a.mul(high, low));
  return a.add(first, a.add(lost, rest));
}

const sineOfAngle: Reduced = (a, angle) => {
  const square = a.mul(angle.rest.high, angle.rest.high);
  const odd = a.shiftRight(a.shiftLeft(angle.quadrant, 31), 31);
  const value = a.select(odd, cosineOfRest(a, angle, square), sineOfRest(a, angle, square));
  // The second bit of the quadrant changes the sign.
  return multiplySign(a, value, a.fromBits(a.shiftLeft(angle.quadrant, 30)));
};

/** cos x = sin (x + π/2) */
const cosineOfAngle: Reduced = (a, { quadrant, rest }) =>
  sineOfAngle(a, { quadrant: a.addInt(quadrant, a.i32(1)), rest });

/** tan r in even quadrants, -1 / tan r in odd ones. */
const tangentOfAngle: Reduced = (a, { quadrant, rest: { high, low } }) => {
  const square = a.mul(high, high);
  const correction = a.add(a.mul(a.mul(square, high), polynomial(a, square, tangent)), low);
  const tan = a.add(high, correction);
  const lost = a.sub(correction, a.sub(tan, high));
  const inverse = a.div(a.f32(-1), tan);
  const odd = a.shiftRight(a.shiftLeft(quadrant, 31), 31);
  return a.select(odd, a.add(inverse, a.mul(a.mul(inverse, inverse), lost)), tan);
};

const even = (name: string, ulp: number, reduced: Reduced): Decomposition => ({
  arity: 1,
  ulp,
  define: (a, x) => {
    const size = a.abs(x);
    return a.rarely(a.gt(size, a.f32(moderate)), `${name}_large`, x, reduced(a, moderateAngle(a, size)));
  },
});
const odd = (name: string, ulp: number, reduced: Reduced): Decomposition => ({
  arity: 1,
  ulp,
  define: (a, x) => {
    const size = a.abs(x);
    const common = multiplySign(a, reduced(a, moderateAngle(a, size)), x);
    return a.rarely(a.gt(size, a.f32(moderate)), `${name}_large`, x, common);
  },
});

/** On |x| > 1 it is `π/2 - atan(1 / x)`. */
function atan<F, I>(a: Algebra<F, I>, x: F): F {
  const one = a.f32(1);
  const size = a.abs(x);
  const outside = a.gt(size, one);
  const z = a.select(outside, a.div(one, size), size);
  const square = a.mul(z, z);
  const rest = a.mul(a.mul(square, z), polynomial(a, square, arctangent));
  // π/2 minus its rounded value: it would be half of a unit in the last place.
  const complement = a.sub(a.f32(Math.PI / 2), a.add(z, a.add(rest, a.f32(4.3711390001862426e-8))));
  return multiplySign(a, a.select(outside, complement, a.add(z, rest)), x);
}

export const trigonometry = {
  sin: odd("sin", 1, sineOfAngle),
  cos: even("cos", 1, cosineOfAngle),
  tan: odd("tan", 2, tangentOfAngle),
  atan: { arity: 1, ulp: 1.5, define: atan },
} satisfies Record<string, Decomposition>;

/** The slower paths of the functions above, by name: |x| beyond `moderate`. */
export const largeAngles = {
  sin_large: {
    arity: 1,
    ulp: 1,
    define: (a, x) => multiplySign(a, sineOfAngle(a, largeAngle(a, a.abs(x))), x),
  },
  cos_large: { arity: 1, ulp: 1, define: (a, x) => cosineOfAngle(a, largeAngle(a, a.abs(x))) },
  tan_large: {
    arity: 1,
    ulp: 2,
    define: (a, x) => multiplySign(a, tangentOfAngle(a, largeAngle(a, a.abs(x))), x),
  },
} satisfies Record<string, Decomposition>;

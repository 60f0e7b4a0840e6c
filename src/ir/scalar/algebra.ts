// The operations that 32-bit lanes of SIMD have on every machine, as an interface. A function written once against it can be
// printed by a target whose language lacks that function, and be run in JavaScript by a test. Knows no target and no function.
//
// There is no fused multiply-add, because an implementation that rounds once returns other bits than one that rounds twice.

/**
 * Values of one lane: `F` are f32, `I` are 32 bits, either a whole number in two's complement or a mask of all ones or all
 * zeros. Every operation on `F` rounds to f32, half to even; subnormals count.
 */
export interface Algebra<F, I> {
  /** A constant, rounded to f32. */
  f32(value: number): F;
  /** A constant whole number of 32 bits. */
  i32(value: number): I;

  add(a: F, b: F): F;
  sub(a: F, b: F): F;
  mul(a: F, b: F): F;
  div(a: F, b: F): F;
  sqrt(a: F): F;
  /** `b < a ? b : a`: the first if one is NaN or both are equal. Unlike IEEE's minimum, it is one instruction. */
  min(a: F, b: F): F;
  /** `a < b ? b : a`: the first if one is NaN or both are equal. */
  max(a: F, b: F): F;
  abs(a: F): F;
  neg(a: F): F;
  floor(a: F): F;
  ceil(a: F): F;
  /** To the nearest whole number, half to even. */
  nearest(a: F): F;
  trunc(a: F): F;

  /** Comparisons return masks. All but `ne` are false if one value is NaN. */
  eq(a: F, b: F): I;
  ne(a: F, b: F): I;
  lt(a: F, b: F): I;
  le(a: F, b: F): I;
  gt(a: F, b: F): I;
  ge(a: F, b: F): I;

  /** `a` where the mask is ones, `b` where it is zeros. */
  select(mask: I, a: F, b: F): F;
  selectBits(mask: I, a: I, b: I): I;
  and(a: I, b: I): I;
  or(a: I, b: I): I;
  xor(a: I, b: I): I;
  /** `a` without the bits of `b`. */
  andNot(a: I, b: I): I;

  bits(a: F): I;
  fromBits(a: I): F;
  /** The nearest f32, half to even. */
  toFloat(a: I): F;
  /** Rounds towards zero. Returns the nearest i32 if the value is out of range, and 0 for NaN. */
  toInt(a: F): I;

  /** Whole numbers, modulo 2³². */
  addInt(a: I, b: I): I;
  subInt(a: I, b: I): I;
  mulInt(a: I, b: I): I;
  eqInt(a: I, b: I): I;
  /** The distance is the same for all lanes, 0 to 31. */
  shiftLeft(a: I, distance: number): I;
  /** Fills with copies of the sign bit. */
  shiftRight(a: I, distance: number): I;
  /** Fills with zeros. */
  shiftRightZeros(a: I, distance: number): I;

  /**
   * `mask ? f(x) : common`, where `f` is the decomposition called `name`. A target may skip the call if no lane needs it,
   * so that a slow path costs nothing when it is not taken.
   */
  rarely(mask: I, name: string, x: F, common: F): F;
}

/**
 * A function of one f32, or of two, written in the operations of any algebra. Every result lies within `ulp` units in the last
 * place of the exact one, subnormal results included: 0.5 means correctly rounded. A test checks every function.
 */
export type Decomposition =
  | { readonly arity: 1; readonly ulp: number; define<F, I>(a: Algebra<F, I>, x: F): F }
  | { readonly arity: 2; readonly ulp: number; define<F, I>(a: Algebra<F, I>, x: F, y: F): F };

/** `c₀ xⁿ + c₁ xⁿ⁻¹ + …` by Horner's rule: the coefficients come highest power first. */
export function polynomial<F, I>(a: Algebra<F, I>, x: F, [highest, ...rest]: readonly [number, ...number[]]): F {
  return rest.reduce((sum, c) => a.add(a.mul(sum, x), a.f32(c)), a.f32(highest));
}

const signBit = -0x8000_0000;

/** `a`, negated if `b` is negative. With a nonnegative `a` this copies the sign. */
export function multiplySign<F, I>(a: Algebra<F, I>, value: F, sign: F): F {
  return a.fromBits(a.xor(a.bits(value), a.and(a.bits(sign), a.i32(signBit))));
}

/** A zero gets the sign of `x`; other values must have it already. */
export function signZero<F, I>(a: Algebra<F, I>, value: F, x: F): F {
  return a.fromBits(a.or(a.bits(value), a.and(a.bits(x), a.i32(signBit))));
}

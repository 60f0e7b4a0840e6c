// Reduces the argument of a trigonometric function to ±π/4: its quadrant, and its distance from the quadrant's middle. The
// distance is a pair of f32, because near a multiple of π/2 most bits of a single one would cancel.

import type { Algebra } from "../algebra.ts";
import { fastTwoSum, type Pair, twoProduct } from "./doubleFloat.ts";

/** `x = quadrant π/2 + rest`. Only the last two bits of the quadrant have a meaning. */
export interface Angle<F, I> {
  readonly quadrant: I;
  readonly rest: Pair<F>;
}

/** Up to here `moderateAngle` holds: the number of quadrants has 13 bits. */
export const moderate = 12_288;

// π/2 in four parts, Cody and Waite: the product of each of the first three, of 11 bits, and 13 bits is exact.
const parts = [1.5703125, 4.837512969970703e-4, 7.5495336204767227e-8, 2.5633440682570896e-12] as const;
/** Adding 1.5 · 2²³ rounds to a whole number and leaves it in the low bits of the sum. */
const rounding = 12_582_912;

/** For x from 0 to `moderate`. */
export function moderateAngle<F, I>(a: Algebra<F, I>, x: F): Angle<F, I> {
  const shifted = a.add(a.mul(x, a.f32(2 / Math.PI)), a.f32(rounding));
  const n = a.sub(shifted, a.f32(rounding));
  const [first, second, third, fourth] = parts;
  // Both are exact: no bit is lower than those of x or of the parts.
  const exact = a.sub(a.sub(x, a.mul(n, a.f32(first))), a.mul(n, a.f32(second)));
  // If the third product is larger than the value it is subtracted from, the difference and its low part are exact.
  const { high, low } = fastTwoSum(a, exact, a.mul(n, a.f32(-third)));
  return { quadrant: a.bits(shifted), rest: { high, low: a.sub(low, a.mul(n, a.f32(fourth))) } };
}

/** 2/π, 16 bits each. */
const twoOverPi = [
  0xa2f9, 0x836e, 0x4e44, 0x1529, 0xfc27, 0x57d1, 0xf534, 0xddc0, 0xdb62, 0x9599, 0x3c43, 0x9041, 0xfe51,
] as const;
/** `x = m 2^(16 (k - 1))` with m below 2⁴⁰: k goes up at 2²³, 2³⁹ … 2¹¹⁹. */
const steps = [1, 2, 3, 4, 5, 6, 7] as const;
const columns = 5;

/**
 * For x from 2⁷ on, after Payne and Hanek 1983, Radian reduction for trigonometric functions: x times those bits of 2/π that
 * can matter, in whole numbers of 16 bits. It skips the high bits of 2/π, which make multiples of 4 quadrants, and the low
 * bits after the 64th of the fraction: an f32 that is no multiple of π/2 is at least 2⁻³⁰ of one away. NaN for infinity.
 */
export function largeAngle<F, I>(a: Algebra<F, I>, x: F): Angle<F, I> {
  const low16 = a.i32(0xffff);
  const reached = steps.map((k) => a.ge(x, a.f32(2 ** (16 * k + 7))));
  /** The choice of the last step that x has reached. There is one choice for each step. */
  const chosen = <V>(choices: readonly V[], select: (mask: I, yes: V, no: V) => V): V =>
    choices.reduce((before, choice, k) => {
      const mask = reached[k - 1];
      return mask === undefined ? choice : select(mask, choice, before);
    });

  // The mantissa m, 8 and 16 and 16 bits.
  const scale = chosen(
    [0, ...steps].map((k) => a.f32(2 ** (-16 * k))),
    a.select,
  );
  const top = a.mul(a.mul(x, scale), a.f32(2 ** -16));
  const afterTop = a.mul(a.sub(top, a.trunc(top)), a.f32(2 ** 16));
  const afterMiddle = a.mul(a.sub(afterTop, a.trunc(afterTop)), a.f32(2 ** 16));
  const mantissa = [afterMiddle, afterTop, top].map((part) => a.toInt(part));

  // 2/π, starting with the bits that count whole quadrants. The sum of a column is below 2²¹.
  const sums = Array.from({ length: columns + 1 }, () => a.i32(0));
  const addTo = (column: number, value: I): void => {
    const sum = sums[column];
    if (sum !== undefined) sums[column] = a.addInt(sum, value);
  };
  for (let q = 0; q < columns + mantissa.length; q++) {
    const bits = chosen(
      [0, ...steps].map((k) => a.i32(twoOverPi[k - 2 + q] ?? 0)),
      a.selectBits,
    );
    for (const [p, part] of mantissa.entries()) {
      const column = q - p;
      if (column < 0 || column > columns) continue;
      const product = a.mulInt(part, bits);
      addTo(column - 1, a.shiftRightZeros(product, 16));
      addTo(column, a.and(product, low16));
    }
  }
  for (let column = columns; column > 0; column--) addTo(column - 1, a.shiftRightZeros(sums[column] ?? low16, 16));
  const digits = sums.map((sum) => a.and(sum, low16));
  const [whole = low16, first = low16, second = low16, third = low16, fourth = low16] = digits;

  // A fraction of a half or more counts down from the next quadrant: read as a signed number, its first digit is negative.
  const signed = a.shiftLeft(first, 16);
  const quadrant = a.addInt(whole, a.shiftRightZeros(signed, 31));
  const upper = fastTwoSum(a, a.mul(a.toFloat(signed), a.f32(2 ** -32)), a.mul(a.toFloat(second), a.f32(2 ** -32)));
  const lower = a.add(a.mul(a.toFloat(third), a.f32(2 ** -48)), a.mul(a.toFloat(fourth), a.f32(2 ** -64)));
  const fraction = fastTwoSum(a, upper.high, a.add(upper.low, lower));
  const product = twoProduct(a, fraction.high, a.f32(Math.PI / 2));
  const rest = a.add(
    product.low,
    a.add(a.mul(fraction.high, a.f32(-4.3711390001862426e-8)), a.mul(fraction.low, a.f32(Math.PI / 2))),
  );
  // Infinity minus itself is NaN; any other number minus itself is 0.
  return { quadrant, rest: fastTwoSum(a, a.add(product.high, a.sub(x, x)), rest) };
}

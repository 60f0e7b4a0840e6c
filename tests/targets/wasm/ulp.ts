// Distances between f32 results and exact values, in units in the last place.

/** The distance from a nonnegative finite f32 to the next. */
function spacing(size: number): number {
  if (size < 2 ** -126) return 2 ** -149;
  let exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) exponent--;
  else if (2 ** (exponent + 1) <= size) exponent++;
  return 2 ** (Math.min(exponent, 127) - 23);
}

/** Infinity counts as the number after the largest, 2¹²⁸. */
const bounded = (x: number): number => Math.max(-(2 ** 128), Math.min(2 ** 128, x));

/**
 * How far `got` is from `exact`, in units in the last place of `exact` rounded to f32: at most 0.5 where `got` is rounded
 * correctly. Infinite where one is NaN and the other is not, or where zeros differ in sign.
 */
export function ulpError(got: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Object.is(got, rounded) && (got === 0 || !Number.isFinite(got))) return 0;
  if (Number.isNaN(got) !== Number.isNaN(rounded) || (got === 0 && rounded === 0)) return Number.POSITIVE_INFINITY;
  return Math.abs(bounded(got) - bounded(exact)) / spacing(Math.abs(rounded));
}

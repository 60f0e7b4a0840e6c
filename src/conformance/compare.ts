// When two arrays agree: the tolerances of the conformance format.

export interface Tolerance {
  readonly relative: number;
  readonly floor: number;
}
export const values: Tolerance = { relative: 1e-5, floor: 1e-6 };
export const gradients: Tolerance = { relative: 1e-4, floor: 1e-6 };
export const trajectoryLosses: Tolerance = { relative: 1e-4, floor: 1e-6 };
export const trajectoryWeights: Tolerance = { relative: 1e-3, floor: 1e-6 };

/**
 * Describes the difference; undefined where `max |a - b| <= relative · max |expected| + floor`. NaN and infinity never agree
 * with anything.
 */
export function difference(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance,
): string | undefined {
  if (actual.length !== expected.length) return `${what}: ${actual.length} values instead of ${expected.length}`;
  const largest = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const allowed = tolerance.relative * largest + tolerance.floor;
  let worst = 0;
  let place = -1;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    if (off <= worst) continue;
    place = i;
    worst = Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
  }
  if (worst <= allowed) return undefined;
  return `${what}: element ${place} is ${actual[place]} instead of ${expected[place]} (off by ${worst.toExponential(1)}, allowed ${allowed.toExponential(1)})`;
}

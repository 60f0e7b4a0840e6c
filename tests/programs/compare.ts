// Compares numbers within the tolerances of CONTRIBUTING.md, widened only by the differences that rounding alone causes in
// the same program.

/** What of a program an array is, with its tolerance: relative to the largest expected value, and absolute. */
export const tolerances = {
  forward: { relative: 1e-5, floor: 1e-6 },
  /** What a step changes a weight by, or keeps in an optimizer's slot. */
  steps: { relative: 1e-3, floor: 1e-8 },
} as const;
export type Kind = keyof typeof tolerances;

const most = (values: ArrayLike<number>): number => {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
};
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(largest, difference);
  }
  return largest;
};

/** How many times the effect of rounding a difference may be: disturbances are random and few. */
const ROUNDINGS = 6;

export interface Verdict {
  readonly fits: boolean;
  readonly widened: boolean;
  readonly text: string;
}

/** `disturbed` gives the expected values as rounding moves them, each time in another way. It is asked only where needed. */
export function compare(
  kind: Kind,
  actual: ArrayLike<number> | undefined,
  expected: Float64Array,
  before: ArrayLike<number> | undefined,
  disturbed: () => readonly (ArrayLike<number> | undefined)[],
): Verdict {
  if (actual === undefined) return { fits: false, widened: false, text: "is missing" };
  const { relative, floor } = tolerances[kind];
  const scale = before === undefined ? most(expected) : largestDifference(expected, before);
  // What was added to is rounded once more.
  const rounded = before === undefined ? 0 : 2.4e-7 * most(before);
  const allowed = relative * scale + floor + rounded;
  const difference = largestDifference(actual, expected);
  if (difference <= allowed) return { fits: true, widened: false, text: "" };
  const moved = Math.max(
    0,
    ...disturbed().map((values) => (values === undefined ? 0 : largestDifference(values, expected))),
  );
  const fits = difference <= allowed + ROUNDINGS * moved;
  const text = `is off by ${difference.toPrecision(3)} where ${allowed.toPrecision(3)} is allowed and rounding moves it by ${moved.toPrecision(3)} (largest ${scale.toPrecision(3)})`;
  return { fits, widened: fits, text };
}

// The whole numbers that a run may be given. The language's clauses and the command `nnc` have the same ones
// (src/base/ranges.ts); a test holds them together, since a trainer's text imports nothing.

import { countText } from "./text.ts";

export interface Range {
  readonly min: number;
  readonly max: number;
}

export const runRanges = {
  epochs: { min: 1, max: 1_000_000 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  threads: { min: 1, max: 256 },
  limit: { min: 1, max: 2 ** 31 - 1 },
} satisfies Readonly<Record<string, Range>>;

/** Whether it is a whole number of the range; -0 counts as 0. */
export const inRange = (value: unknown, { min, max }: Range): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;

/** `from 1 to 1,000,000` */
export const rangeText = ({ min, max }: Range): string => `from ${countText(min)} to ${countText(max)}`;

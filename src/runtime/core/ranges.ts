// The ranges of whole numbers that a run takes. The language's clauses and the command `nnc` have the same ones
// (src/base/ranges.ts). A trainer's text imports nothing, so a test keeps them equal.

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
  maxSteps: { min: 1, max: 2 ** 31 - 1 },
} satisfies Readonly<Record<string, Range>>;

/** Whether a value is a whole number of the range; -0 counts as 0. */
export const inRange = (value: unknown, { min, max }: Range): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;

/** `from 1 to 1,000,000` */
export const rangeText = ({ min, max }: Range): string => `from ${countText(min)} to ${countText(max)}`;

// What sources of rows have in common: options for missing numbers, windows and parts.

import type { OptionRecord } from "../ir/graph.ts";
import { trainOn } from "./collection.ts";
import type { OptionDef } from "./definition.ts";

/** The options of a source of rows; `row` is what a row is called. */
export const rowOptions = (row: string) =>
  ({
    missing: {
      type: { kind: "float", words: ["error", "drop"] },
      default: "error",
      doc: `What to do where a number is missing: \`error\` refuses it, \`drop\` leaves out its ${row}, and a number takes its place.`,
    },
    split: {
      type: { kind: "string" },
      optional: true,
      default: undefined,
      doc: `The column that says \`train\` for a ${row} to train on; all others are to test with.`,
    },
    train_on: trainOn,
    window: {
      type: { kind: "int", min: 1, max: 1_000_000 },
      optional: true,
      default: undefined,
      doc: `The number of ${row}s in a row that make an example, for series over time; by default each ${row} is one.`,
    },
    stride: {
      type: { kind: "int", min: 1 },
      default: 1,
      doc: `By how many ${row}s a window begins after the one before.`,
    },
  }) satisfies Readonly<Record<string, OptionDef>>;

/** The option of a file to test with. */
export const testFile: OptionDef = {
  type: { kind: "string" },
  optional: true,
  default: undefined,
  doc: "A file of examples to test with, with the same columns.",
};

/** Finds options of rows that do not go together. */
export function rowProblem({ window, missing, stride, split, test, train_on }: OptionRecord) {
  const wrong = (option: string, message: string) => ({ option, message });
  if (window !== undefined && missing === "drop")
    return wrong("missing", "a window has no gaps: fill in a number instead");
  if (window === undefined && stride !== 1)
    return wrong("stride", "it is the step between windows: give their length with 'window'");
  if (split !== undefined && window !== undefined)
    return wrong("split", "windows are rows that follow each other: divide them by shares");
  if (split === undefined && train_on !== "train") return wrong("train_on", "it is a value of the column 'split'");
  return split !== undefined && test !== undefined
    ? wrong("split", "there is a file to test with; use one of the two")
    : undefined;
}

/** The length of the windows that the options ask for. */
export const rowWindow = ({ window }: OptionRecord): number | undefined =>
  typeof window === "number" ? window : undefined;

export const rowsHaveTestPart = ({ test, split }: OptionRecord): boolean => test !== undefined || split !== undefined;

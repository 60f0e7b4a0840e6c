import { defineSource } from "../definition.ts";

export const csv = defineSource({
  name: "csv",
  summary:
    "A table in a text file, gzipped or not: a header with the names of the columns, then a line for each example.",
  options: {
    file: { type: { kind: "string" }, required: true, doc: "The file." },
    test: {
      type: { kind: "string" },
      optional: true,
      default: undefined,
      doc: "A file of examples to test with, with the same columns.",
    },
    delimiter: {
      type: { kind: "string" },
      optional: true,
      default: undefined,
      doc: "What separates the cells of a line; by default a comma, and a tab for a file `.tsv`.",
    },
    missing: {
      type: { kind: "float", words: ["error", "drop"] },
      default: "error",
      doc: "What to do with an empty cell of a column of numbers: `error` refuses it, `drop` leaves out its line, and a number takes its place.",
    },
    window: {
      type: { kind: "int", min: 1, max: 1_000_000 },
      optional: true,
      default: undefined,
      doc: "The number of lines in a row that make an example, for series over time; by default each line is one.",
    },
    stride: {
      type: { kind: "int", min: 1 },
      default: 1,
      doc: "By how many lines a window begins after the one before.",
    },
  },
  positional: ["file", "test"],
  columns: () => [],
  schema: (options) => ({
    source: "csv",
    form: "table",
    options: { file: options.file, delimiter: options.delimiter },
  }),
  problem({ delimiter, window, missing, stride }) {
    if (
      typeof delimiter === "string" &&
      (delimiter.length !== 1 || delimiter === '"' || delimiter === "\n" || delimiter === "\r")
    )
      return { option: "delimiter", message: "it is one character, and neither a quote nor the end of a line" };
    if (window !== undefined && missing === "drop")
      return { option: "missing", message: "a window has no gaps: fill in a number instead" };
    if (window === undefined && stride !== 1)
      return { option: "stride", message: "it is the step between windows: give their length with 'window'" };
    return undefined;
  },
  window: ({ window }) => (typeof window === "number" ? window : undefined),
  hasTestPart: ({ test }) => test !== undefined,
  source: "RFC 4180, Common Format and MIME Type for CSV Files",
});

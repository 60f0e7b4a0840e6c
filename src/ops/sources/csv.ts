import { defineSource } from "../definition.ts";
import { rowOptions, rowProblem, rowsHaveTestPart, rowWindow, testFile } from "../rows.ts";

export const csv = defineSource({
  name: "csv",
  summary:
    "A table in a text file, gzipped or not: a header with the names of the columns, then a line for each example.",
  options: {
    file: { type: { kind: "string" }, required: true, doc: "The file." },
    test: testFile,
    delimiter: {
      type: { kind: "string" },
      optional: true,
      default: undefined,
      doc: "What separates the cells of a line; by default a comma, and a tab for a file `.tsv`.",
    },
    ...rowOptions("line"),
  },
  positional: ["file", "test"],
  columns: () => [],
  schema: (options) => ({
    source: "csv",
    form: "table",
    options: { file: options.file, delimiter: options.delimiter },
  }),
  problem(options) {
    const { delimiter } = options;
    if (
      typeof delimiter === "string" &&
      (delimiter.length !== 1 || delimiter === '"' || delimiter === "\n" || delimiter === "\r")
    )
      return { option: "delimiter", message: "it is one character, and neither a quote nor the end of a line" };
    return rowProblem(options);
  },
  window: rowWindow,
  hasTestPart: rowsHaveTestPart,
  source: "RFC 4180, Common Format and MIME Type for CSV Files",
});

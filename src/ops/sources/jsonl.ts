import { defineSource } from "../definition.ts";
import { rowOptions, rowProblem, rowsHaveTestPart, rowWindow, testFile } from "../rows.ts";

export const jsonl = defineSource({
  name: "jsonl",
  summary:
    "A text file with a JSON object on each line, gzipped or not: its numbers, texts and arrays of numbers are columns.",
  options: {
    file: { type: { kind: "string" }, required: true, doc: "The file." },
    test: testFile,
    ...rowOptions("line"),
  },
  positional: ["file", "test"],
  columns: () => [],
  schema: ({ file }) => ({ source: "jsonl", form: "objects", options: { file } }),
  problem: rowProblem,
  window: rowWindow,
  hasTestPart: rowsHaveTestPart,
  source: "JSON Lines: https://jsonlines.org",
});

import { defineSource } from "../definition.ts";
import { rowOptions, rowProblem, rowsHaveTestPart, rowWindow, testFile } from "../rows.ts";

export const parquet = defineSource({
  name: "parquet",
  summary: "A table in a Parquet file: its numbers, texts, times and lists of numbers are columns.",
  options: {
    file: { type: { kind: "string" }, required: true, doc: "The file." },
    test: testFile,
    ...rowOptions("row"),
  },
  positional: ["file", "test"],
  columns: () => [],
  schema: ({ file }) => ({ source: "parquet", form: "columns", options: { file } }),
  problem: rowProblem,
  window: rowWindow,
  hasTestPart: rowsHaveTestPart,
  source: "Apache Parquet: https://parquet.apache.org/docs/file-format",
});

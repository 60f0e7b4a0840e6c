// The source `jsonl(file)`: an object a line, whose properties are columns: numbers, texts, and arrays of numbers.

import { type DataFiles, madeOf, type SourceData, type SourceRequest } from "../dataset.ts";
import { type JsonRow, jsonLinesReader } from "../formats/jsonLines.ts";
import { cellOfJson, kindOfJson } from "../formats/jsonValues.ts";
import { loadRows, openPiecewise, type RowFormat, type RowLayout } from "../rows.ts";
import type { Cell } from "../table.ts";

/** Reads the columns of `request`, by the names of properties. */
export function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  return loadRows(request, files, jsonRows);
}

const jsonRows: RowFormat<JsonRow> = {
  unit: "line",
  open: (name, request, files) =>
    openPiecewise(
      name,
      files,
      (path) => jsonLinesReader({ path }),
      (first) => objectLayout(first, request),
    ),
};

function objectLayout(first: readonly JsonRow[], { columns, key, options }: SourceRequest): RowLayout<JsonRow> {
  const header = [...new Set(first.flatMap(({ values }) => Object.keys(values)))];
  const own = (values: JsonRow["values"], name: string): unknown => (Object.hasOwn(values, name) ? values[name] : null);
  const numeric = header.map((name) => {
    const kind = kindOfJson(first.map(({ values }) => own(values, name)));
    return kind?.kind === "number" && kind.shape === undefined;
  });
  const read = new Set([...columns.flatMap(madeOf), key, options.split]);
  const all = columns.some(({ except }) => except !== undefined);
  const cells = ({ values }: JsonRow): readonly Cell[] =>
    header.map((name) => (all || read.has(name) ? cellOfJson(own(values, name)) : ""));
  return { header, numeric, skip: 0, typed: true, cells };
}

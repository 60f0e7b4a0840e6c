// The source `csv(file)`: the rows of a text file, and those of a file to test with.

import type { DataFiles, DataPart, SourceData, SourceRequest } from "../dataset.ts";
import { RunError } from "../error.ts";
import { kindOfCells } from "../formats/cells.ts";
import { type CsvRow, csvReader, delimiterOf } from "../formats/csv.ts";
import { newTable, type Table } from "../table.ts";
import { safeText } from "../text.ts";

/** Rows whose cells say of what kind a column is. */
const LOOKED_AT = 1000;

/** Reads the columns of `request`, and a test part if the option `test` names a file. */
export async function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const { file, test } = request.options;
  const train = await loadTable(request, files, String(file), request.key);
  return typeof test === "string" ? { train, test: await loadTable(request, files, test) } : { train };
}

async function loadTable(request: SourceRequest, files: DataFiles, name: string, key?: string): Promise<DataPart> {
  const { options, columns, signal } = request;
  const { path, chunks } = await files.stream(name);
  const reader = csvReader({ path, delimiter: delimiterOf(name, options.delimiter) });
  const first: CsvRow[] = [];
  let header: readonly string[] | undefined;
  let table: Table | undefined;
  const missing = options.missing === "drop" ? "drop" : typeof options.missing === "number" ? options.missing : "error";
  const open = (names: readonly string[]): Table => {
    const numeric = names.map((_, i) => kindOfCells(first.map(({ cells }) => cells[i] ?? "")) === "number");
    const stride = options.window === undefined ? {} : { stride: Number(options.stride ?? 1) };
    const made = newTable(names, numeric, columns, { path, missing, ...stride, ...(key === undefined ? {} : { key }) });
    for (const { cells, line } of first.splice(0)) made.add(cells, line);
    return made;
  };
  const take = (rows: readonly CsvRow[]): void => {
    for (const row of rows) {
      if (header === undefined) header = row.cells;
      else if (table !== undefined) table.add(row.cells, row.line);
      else if (first.push(row) === LOOKED_AT) table = open(header);
    }
  };
  for await (const chunk of chunks) {
    if (signal?.aborted === true) break;
    take(reader.push(chunk));
  }
  take(reader.end());
  if (header === undefined) throw new RunError(`${safeText(path)}: is empty`);
  const part = (table ?? open(header)).finish();
  if (signal?.aborted === true || part.count > 0) return part;
  const { rows = 0, reach = 0 } = part.windows ?? {};
  if (rows > 0) throw new RunError(`${safeText(path)}: has ${rows} rows, but a window takes ${reach} of them`);
  throw new RunError(`${safeText(path)}: has a header and no rows`);
}

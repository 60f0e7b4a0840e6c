// Reads files of rows, whatever their format, into the columns of a training part and a test part: by a file of its own, or by a column
// that says which rows are to train on.

import type { DataFiles, DataPart, SourceData, SourceRequest } from "./dataset.ts";
import { RunError } from "./error.ts";
import { type Cell, newTable, type Table } from "./table.ts";
import { safeText } from "./text.ts";
import { listText } from "./values.ts";

/** Rows whose cells say of what kind a column is. */
export const ROWS_LOOKED_AT = 1000;

/** What the first rows of a file tell about all of them. */
export interface RowLayout<R> {
  readonly header: readonly string[];
  readonly numeric: readonly boolean[];
  /** The number of first rows that hold no data. */
  readonly skip: number;
  /** Whether cells have types of their own: a text is no number. */
  readonly typed?: true;
  cells(row: R): readonly Cell[];
}

export interface RowFormat<R extends { readonly line: number }> {
  /** What a line is called in messages: `line`, `row`. */
  readonly unit: string;
  reader(path: string, name: string): { push(chunk: Uint8Array): readonly R[]; end(): readonly R[] };
  layout(first: readonly R[], request: SourceRequest): RowLayout<R>;
}

/** Reads the columns of `request`, and a test part where the options `test` or `split` name one. */
export async function loadRows<R extends { readonly line: number }>(
  request: SourceRequest,
  files: DataFiles,
  format: RowFormat<R>,
): Promise<SourceData> {
  const { file, test } = request.options;
  const data = await loadFile(request, files, String(file), format);
  return typeof test === "string" ? { ...data, test: (await loadFile(request, files, test, format)).train } : data;
}

async function loadFile<R extends { readonly line: number }>(
  request: SourceRequest,
  files: DataFiles,
  name: string,
  format: RowFormat<R>,
): Promise<SourceData> {
  const { signal } = request;
  const { path, chunks } = await files.stream(name);
  const reader = format.reader(path, name);
  const first: R[] = [];
  let parts: RowParts<R> | undefined;
  const take = (rows: readonly R[]): void => {
    for (const row of rows) {
      if (parts !== undefined) parts.add(row);
      else if (first.push(row) > ROWS_LOOKED_AT) parts = openParts(first.splice(0), path, request, format);
    }
  };
  let cut: boolean = false;
  for await (const chunk of chunks) {
    if (signal?.aborted === true) break;
    take(reader.push(chunk));
    request.progress?.(parts?.rows() ?? first.length);
    cut = (parts?.rows() ?? 0) > (request.most ?? Number.POSITIVE_INFINITY);
    if (cut) break;
  }
  if (!cut) take(reader.end());
  if (parts === undefined && first.length === 0) throw new RunError(`${safeText(path)}: is empty`);
  const { train, test } = (parts ?? openParts(first, path, request, format)).finish();
  const marked = cut ? { ...train, cut } : train;
  if (signal?.aborted === true || train.count > 0)
    return test === undefined ? { train: marked } : { train: marked, test };
  const { rows = 0, reach = 0 } = train.windows ?? {};
  if (rows > 0) throw new RunError(`${safeText(path)}: has ${rows} rows, but a window takes ${reach} of them`);
  throw new RunError(
    test === undefined
      ? `${safeText(path)}: has a header and no rows`
      : `${safeText(path)}: no row has '${safeText(String(request.options.train_on ?? "train"))}' in '${safeText(String(request.options.split))}'`,
  );
}

interface RowParts<R> {
  add(row: R): void;
  /** The number of rows so far. */
  rows(): number;
  finish(): { readonly train: DataPart; readonly test?: DataPart };
}

/** Makes the tables, and adds the first rows. */
function openParts<R extends { readonly line: number }>(
  first: readonly R[],
  path: string,
  request: SourceRequest,
  format: RowFormat<R>,
): RowParts<R> {
  const { options, columns, key } = request;
  const { header, numeric, skip, typed, cells } = format.layout(first, request);
  const missing = options.missing === "drop" ? "drop" : typeof options.missing === "number" ? options.missing : "error";
  const open = (): Table =>
    newTable(header, numeric, columns, {
      path,
      missing,
      source: request.name,
      unit: format.unit,
      ...(typed === true ? { typed } : {}),
      ...(options.window === undefined ? {} : { stride: Number(options.stride ?? 1) }),
      ...(key === undefined ? {} : { key }),
    });
  const train = open();
  const split = typeof options.split === "string" ? header.indexOf(options.split) : undefined;
  if (split === -1)
    throw new RunError(
      `${safeText(path)}: has no column '${safeText(String(options.split))}'; it has ${listText(header)}`,
    );
  const wanted = String(options.train_on ?? "train");
  const test = split === undefined ? undefined : open();
  let rows = 0;
  const add = (row: R): void => {
    rows++;
    const own = cells(row);
    const table = split === undefined || String(own[split]) === wanted ? train : test;
    table?.add(own, row.line);
  };
  for (const row of first.slice(skip)) add(row);
  return {
    add,
    rows: () => rows,
    finish() {
      const tested = test?.finish();
      return { train: train.finish(), ...(tested === undefined || tested.count === 0 ? {} : { test: tested }) };
    },
  };
}

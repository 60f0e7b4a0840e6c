// Reads files of rows, whatever their format, into the columns of a training part and a test part: by a file of its own, or by a column
// that says which rows are to train on.

import type { DataFiles, DataPart, SourceData, SourceRequest } from "./dataset.ts";
import type { StoredData } from "./divided.ts";
import { RunError } from "./error.ts";
import { type RowKeeper, rowKeeper } from "./keep.ts";
import { type Cell, newTable, type Table } from "./table.ts";
import { safeText } from "./text.ts";
import { listText } from "./values.ts";

/** Rows whose cells say of what kind a column is. */
export const ROWS_LOOKED_AT = 1000;

/** So many bytes become rows at a time: they are gone before the next ones. */
const PIECE = 2 ** 16;

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

/** A file of rows that is read. */
export interface RowFile<R> {
  readonly path: string;
  /** The rows in order, some at a time. */
  readonly batches: AsyncIterable<readonly R[]>;
  layout(first: readonly R[]): RowLayout<R>;
}

export interface RowFormat<R extends { readonly line: number }> {
  /** What a line is called in messages: `line`, `row`. */
  readonly unit: string;
  open(name: string, request: SourceRequest, files: DataFiles): Promise<RowFile<R>>;
}

/** Makes rows of bytes as they come. */
export interface PiecewiseReader<R> {
  push(chunk: Uint8Array): readonly R[];
  end(): readonly R[];
}

/** Opens a file that is read from its start to its end. */
export async function openPiecewise<R>(
  name: string,
  files: DataFiles,
  reader: (path: string) => PiecewiseReader<R>,
  layout: RowFile<R>["layout"],
): Promise<RowFile<R>> {
  const { path, chunks } = await files.stream(name);
  return { path, batches: piecewise(chunks, reader(path)), layout };
}

async function* piecewise<R>(
  chunks: AsyncIterable<Uint8Array>,
  reader: PiecewiseReader<R>,
): AsyncGenerator<readonly R[]> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += PIECE) yield reader.push(chunk.subarray(at, at + PIECE));
  yield reader.end();
}

/** Reads the columns of `request`, and a test part where the options `test` or `split` name one. */
export async function loadRows<R extends { readonly line: number }>(
  request: SourceRequest,
  files: DataFiles,
  format: RowFormat<R>,
): Promise<SourceData> {
  const { file, test } = request.options;
  const keeper = rowKeeper(request);
  const place = (name: string, test: boolean) => ({ name, test, keeper });
  const data = await loadFile(request, files, place(String(file), false), format);
  const tested = typeof test === "string" ? await loadFile(request, files, place(test, true), format) : undefined;
  const all = { ...data, ...(tested === undefined ? {} : { test: tested.train }) };
  const divided = request.signal?.aborted === true ? undefined : keeper.stored();
  if (divided === undefined) return all;
  const stored: StoredData = { ...all, divided };
  return stored;
}

/** A file to read, and where its rows go. */
interface FilePlace {
  readonly name: string;
  /** Whether its rows are to test with. */
  readonly test: boolean;
  readonly keeper: RowKeeper;
}

async function loadFile<R extends { readonly line: number }>(
  request: SourceRequest,
  files: DataFiles,
  place: FilePlace,
  format: RowFormat<R>,
): Promise<SourceData> {
  const { signal } = request;
  const { path, batches, layout } = await format.open(place.name, request, files);
  const open = (rows: readonly R[]): RowParts<R> => openParts(rows, path, place, request, layout(rows), format.unit);
  const first: R[] = [];
  let parts: RowParts<R> | undefined;
  let cut: boolean = false;
  for await (const rows of batches) {
    if (signal?.aborted === true) break;
    for (const row of rows) {
      if (parts !== undefined) parts.add(row);
      else if (first.push(row) > ROWS_LOOKED_AT) parts = open(first.splice(0));
    }
    request.progress?.(parts?.rows() ?? first.length);
    cut = (parts?.rows() ?? 0) > (request.most ?? Number.POSITIVE_INFINITY);
    if (cut) break;
  }
  if (parts === undefined && first.length === 0) throw new RunError(`${safeText(path)}: is empty`);
  const { train, test, count } = (parts ?? open(first)).finish();
  const marked = cut ? { ...train, cut } : train;
  if (signal?.aborted === true || count > 0) return test === undefined ? { train: marked } : { train: marked, test };
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
  /** `count` is the number of examples of the first side, wherever they are: windows where it has them, or rows. */
  finish(): { readonly train: DataPart; readonly test?: DataPart; readonly count: number };
}

/** Makes the tables, and adds the first rows. */
function openParts<R extends { readonly line: number }>(
  first: readonly R[],
  path: string,
  { keeper, test: tests }: FilePlace,
  request: SourceRequest,
  { header, numeric, skip, typed, cells }: RowLayout<R>,
  unit: string,
): RowParts<R> {
  const { options, columns, key } = request;
  const missing = options.missing === "drop" ? "drop" : typeof options.missing === "number" ? options.missing : "error";
  const open = (): Table =>
    newTable(header, numeric, columns, {
      path,
      missing,
      source: request.name,
      unit,
      ...(typed === true ? { typed } : {}),
      ...(options.window === undefined ? {} : { stride: Number(options.stride ?? 1) }),
      ...(key === undefined ? {} : { key }),
    });
  const train = keeper.side(open, tests);
  const split = typeof options.split === "string" ? header.indexOf(options.split) : undefined;
  if (split === -1)
    throw new RunError(
      `${safeText(path)}: has no column '${safeText(String(options.split))}'; it has ${listText(header)}`,
    );
  const wanted = String(options.train_on ?? "train");
  const test = split === undefined ? undefined : keeper.side(open, true);
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
      const [trainRows, testRows] = [train.count(), test?.count() ?? 0];
      const examples = (part: DataPart, rows: number): number => (part.windows === undefined ? rows : part.count);
      const [trained, tested] = [train.finish(), test?.finish()];
      return {
        ...{ train: trained, count: examples(trained, trainRows) },
        ...(tested === undefined || examples(tested, testRows) === 0 ? {} : { test: tested }),
      };
    },
  };
}

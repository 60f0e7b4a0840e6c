// The columns of a table by its header and its first rows, and those of objects by their properties. Reads the start of a file only.

import { constants, gunzipSync } from "node:zlib";
import type { SchemaColumn } from "../driver/options.ts";
import { kindOfCells } from "../runtime/core/formats/cells.ts";
import { csvReader, delimiterOf } from "../runtime/core/formats/csv.ts";
import { FormatError } from "../runtime/core/formats/formatError.ts";
import { jsonLinesReader } from "../runtime/core/formats/jsonLines.ts";
import { kindOfJson } from "../runtime/core/formats/jsonValues.ts";
import { firstRowFacts } from "./firstFacts.ts";
import type { ReadColumns } from "./readColumns.ts";
import { type RegularFile, withRegularFile } from "./regularFile.ts";

/** Rows whose cells say of what kind a column is. */
const rowsLookedAt = 1000;
/** The most bytes of a file, as it lies on the disk, that are read for a schema. */
const mostBytes = 4_000_000;
/** The most columns of a table. */
const mostColumns = 10_000;

interface Start {
  readonly bytes: Uint8Array;
  readonly whole: boolean;
}

function startOf({ size, read }: RegularFile): Start {
  const bytes = read(0, mostBytes);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { bytes, whole: size <= mostBytes };
  // A little of it, because one byte may become a thousand.
  let unpacked: Uint8Array = new Uint8Array();
  for (let packed = 65_536; unpacked.length < mostBytes; packed *= 4) {
    try {
      const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 16 * mostBytes };
      unpacked = gunzipSync(bytes.subarray(0, packed), options);
    } catch (error) {
      if (unpacked.length === 0) throw error;
      break;
    }
    if (packed >= bytes.length) return { bytes: unpacked, whole: size <= mostBytes };
  }
  return { bytes: unpacked, whole: false };
}

/** The header of a table and its first rows, as far as they are read; `whole` if these are all. */
export interface FirstRows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly whole: boolean;
}

/** Reads the start of the table at `path`, or says what is wrong with it. */
export function firstRows(path: string, delimiter: string): FirstRows | { readonly problem: string } {
  const start = withRegularFile(path, startOf);
  if ("problem" in start) return { problem: `cannot be read: ${start.problem}` };
  const { bytes, whole } = start.ok;
  try {
    const reader = csvReader({ path, delimiter });
    const rows = [...reader.push(bytes), ...(whole ? reader.end() : [])];
    const [header, ...data] = rows;
    if (header === undefined) return { problem: whole ? "is empty" : "has no end of its first line in 4 MB" };
    const names = header.cells;
    if (names.length > mostColumns) return { problem: `has ${names.length} columns; the most are ${mostColumns}` };
    if (data.length === 0 && whole) return { problem: "has a header and no rows" };
    return { names, rows: data.map(({ cells }) => cells), whole };
  } catch (error) {
    if (error instanceof FormatError) return { problem: `is no table: ${error.what}` };
    throw error;
  }
}

export const columnsOfTable: ReadColumns = (path, name, request) => {
  const read = firstRows(path, delimiterOf(name, request.options.delimiter));
  if ("problem" in read) return read;
  const looked = read.rows.slice(0, rowsLookedAt);
  const columns = read.names.map((column, i) => ({
    name: column,
    kind: kindOfCells(looked.map((cells) => cells[i] ?? "")),
  }));
  return { columns, first: firstRowFacts(read.names, looked, read.whole ? read.rows.length : undefined) };
};

/** The first objects of a file of JSON Lines, or what is wrong with it. */
export function firstObjects(
  path: string,
): readonly Readonly<Record<string, unknown>>[] | { readonly problem: string } {
  const start = withRegularFile(path, startOf);
  if ("problem" in start) return { problem: `cannot be read: ${start.problem}` };
  const { bytes, whole } = start.ok;
  const reader = jsonLinesReader({ path });
  const rows = [...reader.push(bytes), ...(whole ? reader.end() : [])].map(({ values }) => values);
  return rows.length > 0 ? rows : { problem: whole ? "is empty" : "has no end of its first line in 4 MB" };
}

export const columnsOfObjects: ReadColumns = (path) => {
  const read = firstObjects(path);
  if ("problem" in read) return read;
  const looked = read.slice(0, rowsLookedAt);
  const columns = columnsIn(looked);
  if ("problem" in columns) return columns;
  const names = columns.map(({ name }) => name);
  const cells = looked.map((values) => names.map((name) => JSON.stringify(values[name] ?? null)));
  return { columns, first: firstRowFacts(names, cells) };
};

/** The columns of objects: their properties, but for those that hold objects or lists of several shapes. */
export function columnsIn(
  rows: readonly Readonly<Record<string, unknown>>[],
): readonly SchemaColumn[] | { readonly problem: string } {
  const names = [...new Set(rows.flatMap((values) => Object.keys(values)))];
  if (names.length > mostColumns) return { problem: `has ${names.length} columns; the most are ${mostColumns}` };
  return names.flatMap((name): readonly SchemaColumn[] => {
    const kind = kindOfJson(rows.map((values) => (Object.hasOwn(values, name) ? values[name] : null)));
    return kind === undefined ? [] : [{ name, ...kind }];
  });
}

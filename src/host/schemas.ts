// Answers the checker's questions about files of data: which columns a table has, by its header and its first rows. Looks where
// a trainer looks, and reads the start of a file only.

import { isAbsolute, join } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { safeText } from "../diagnostics/render/displayText.ts";
import type { SchemaAnswer, SchemaRequest } from "../driver/options.ts";
import { kindOfCells } from "../runtime/core/formats/cells.ts";
import { csvReader, delimiterOf } from "../runtime/core/formats/csv.ts";
import { FormatError } from "../runtime/core/formats/formatError.ts";
import { type DataPlaces, dataFolders } from "./data.ts";
import { type RegularFile, statOf, withRegularFile } from "./regularFile.ts";

/** Rows whose cells say of what kind a column is. */
const rowsLookedAt = 1000;
/** The most bytes of a file, as it lies on the disk, that are read for a schema. */
const mostBytes = 4_000_000;
/** The most columns of a table. */
const mostColumns = 10_000;

/** Answers one question. Never throws because of what a file holds. */
export function readSchema(request: SchemaRequest, places: DataPlaces): SchemaAnswer {
  const name = String(request.options.file ?? "");
  if (name === "" || isAbsolute(name) || name.split(/[\\/]/).includes("..") || name.includes("\0"))
    return {
      kind: "unreadable",
      file: name === "" ? "the file" : name,
      problem: "is not the name of a data file: it must lie in the data folder, without '..'",
    };
  const folders = [...new Set(dataFolders(request.source, places))];
  for (const folder of folders)
    for (const path of [join(folder, name), join(folder, `${name}.gz`)]) {
      if (statOf(path) === undefined) continue;
      const read = withRegularFile(path, startOf);
      if ("problem" in read)
        return { kind: "unreadable", file: safeText(path), problem: `cannot be read: ${read.problem}` };
      return schemaOf(read.ok, path, name, request);
    }
  return { kind: "absent", file: name, places: folders };
}

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

function schemaOf({ bytes, whole }: Start, path: string, name: string, request: SchemaRequest): SchemaAnswer {
  const file = safeText(path);
  const unreadable = (problem: string): SchemaAnswer => ({ kind: "unreadable", file, problem });
  try {
    const reader = csvReader({ path, delimiter: delimiterOf(name, request.options.delimiter) });
    const rows = [...reader.push(bytes), ...(whole ? reader.end() : [])];
    const [header, ...data] = rows;
    if (header === undefined) return unreadable(whole ? "is empty" : "has no end of its first line in 4 MB");
    const names = header.cells;
    if (names.length > mostColumns) return unreadable(`has ${names.length} columns; the most are ${mostColumns}`);
    if (data.length === 0 && whole) return unreadable("has a header and no rows");
    const looked = data.slice(0, rowsLookedAt);
    const columns = names.map((column, i) => ({
      name: column,
      kind: kindOfCells(looked.map(({ cells }) => cells[i] ?? "")),
    }));
    return { kind: "read", schema: { file, columns } };
  } catch (error) {
    if (error instanceof FormatError) return unreadable(`is no table: ${error.what}`);
    throw error;
  }
}

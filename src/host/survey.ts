// Looks at a file or a folder of data and says what it holds, for a first program. Reads a bounded part of it.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { safeText } from "../diagnostics/render/displayText.ts";
import { type ColumnSurvey, mostDifferent, type Survey } from "../driver/survey.ts";
import { kindOfCells, numberOfCell } from "../runtime/core/formats/cells.ts";
import { delimiterOf } from "../runtime/core/formats/csv.ts";
import { FormatError } from "../runtime/core/formats/formatError.ts";
import { cellOfJson } from "../runtime/core/formats/jsonValues.ts";
import { decodePicture, isPictureName } from "../runtime/core/formats/pictures.ts";
import { unzipEntry, zipEntries } from "../runtime/core/formats/zip.ts";
import { type Outcome, ok, problem, systemReason } from "./outcome.ts";
import { firstOfParquet } from "./parquetColumns.ts";
import { statOf, withRegularFile } from "./regularFile.ts";
import { columnsIn, firstObjects, firstRows } from "./tableColumns.ts";
import { firstNotUtf8 } from "./utf8.ts";

/** The largest file that is read whole: an archive, or running text. */
const mostBytes = 1_000_000_000;
/** The most pictures of a folder that are counted. */
const mostPictures = 1_000_000;

/** Returns what lies at `path`, or why nnc cannot say it. */
export function surveyOf(path: string): Outcome<Survey> {
  const stat = statOf(path);
  if (stat === undefined) return problem(`there is no file or folder ${safeText(path)}`);
  try {
    if (stat.isDirectory()) return picturesOf(path, folderFiles(path), (name) => readFileSync(join(path, name)));
    const plain = basename(path).toLowerCase().replace(/\.gz$/, "");
    if (/\.(?:csv|tsv)$/.test(plain)) return tableOf(path);
    if (/\.(?:jsonl|ndjson)$/.test(plain)) return objectsOf(path);
    if (/\.(?:parquet|parq|pq)$/.test(plain)) return parquetOf(path);
    if (plain.endsWith(".zip")) return archiveOf(path);
    if (/\.(?:txt|text|md)$/.test(plain)) return textOf(path);
    return problem(
      `${safeText(path)}: nnc init takes a table (.csv, .tsv, .jsonl, .parquet), a folder or an archive (.zip) of pictures, or a text (.txt)`,
    );
  } catch (error) {
    if (error instanceof FormatError) return problem(`${safeText(path)}: ${error.what}`);
    throw error;
  }
}

/** The name of a file as a program says it: without `.gz`, which is found, too. */
const nameOf = (path: string): string => basename(path).replace(/\.gz$/i, "");

function tableOf(path: string): Outcome<Survey> {
  const name = nameOf(path);
  const own = delimiterOf(name, undefined);
  const read = firstRows(path, own);
  const several = (table: typeof read): boolean => !("problem" in table) && table.names.length > 1;
  const other = several(read) ? undefined : [";", "\t", "|", ","].find((one) => several(firstRows(path, one)));
  const table = other === undefined ? read : firstRows(path, other);
  if ("problem" in table) return problem(`${safeText(path)} ${table.problem}`);
  return ok({
    kind: "table",
    form: "table",
    file: name,
    ...(other === undefined ? {} : { delimiter: other }),
    rows: table.rows.length,
    columns: table.names.map((column, i) =>
      columnOf(
        column,
        table.rows.map((row) => row[i] ?? ""),
      ),
    ),
  });
}

function objectsOf(path: string): Outcome<Survey> {
  const rows = firstObjects(path);
  const columns = "problem" in rows ? rows : columnsIn(rows);
  if ("problem" in rows || "problem" in columns)
    return problem(`${safeText(path)} ${"problem" in columns ? columns.problem : ""}`);
  const cellsOf = (name: string): readonly string[] =>
    rows.map((row) => {
      const cell = Object.hasOwn(row, name) ? cellOfJson(row[name]) : "";
      return typeof cell === "object" ? "" : String(cell);
    });
  return ok({
    kind: "table",
    form: "objects",
    file: nameOf(path),
    rows: rows.length,
    columns: columns.map(({ name, kind, shape }) => {
      const cells = columnOf(name, shape === undefined ? cellsOf(name) : []);
      return { ...cells, kind, ...(shape === undefined ? {} : { shape }) };
    }),
  });
}

/** Rows of a Parquet file that are looked at. */
const parquetRowsLookedAt = 20_000;

function parquetOf(path: string): Outcome<Survey> {
  const read = firstOfParquet(path, parquetRowsLookedAt);
  if ("problem" in read) return problem(`${safeText(path)} ${read.problem}`);
  const { columns, rows, seen } = read;
  const known = columns.map((column, i) => ({ ...column, i })).filter(({ i }) => seen[i] === true);
  if (known.length === 0) return problem(`${safeText(path)}: its columns are too large to be looked at`);
  return ok({
    kind: "table",
    form: "columns",
    file: basename(path),
    rows: rows.length,
    columns: known.map(({ name, kind, shape, i }) => {
      const cells = rows.map((row) => row[i] ?? "").map((cell) => (typeof cell === "object" ? "" : String(cell)));
      return { ...columnOf(name, shape === undefined ? cells : []), kind, ...(shape === undefined ? {} : { shape }) };
    }),
  });
}

/** So few different cells are kept. */
const fewTexts = 4;

/** Days and times as people and programs write them: `2024-01-31`, `31.1.2024 12:30`, `12:30:05`, `31 Jan 2024`. */
const isMoment = new RegExp(
  [
    /\d{4}[-/.]\d{1,2}([-/.]\d{1,2}([T ]\d{1,2}:\d{2}.*)?)?/u,
    /\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})([T ]\d{1,2}:\d{2}.*)?/u,
    /\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?/u,
    /(\p{L}{2,9},? )?(\d{1,2}\.? \p{L}{3,9}|\p{L}{3,9} \d{1,2}),? \d{4}( .*)?/u,
  ]
    .map(({ source }) => `^(?:${source})$`)
    .join("|"),
  "u",
);

function columnOf(name: string, cells: readonly string[]): ColumnSurvey {
  const different = new Set<string>();
  for (const cell of cells) if (different.size <= mostDifferent) different.add(cell);
  const numbers = cells.map(numberOfCell).filter((one): one is number => typeof one === "number");
  const words = cells.reduce((sum, cell) => sum + cell.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length, 0);
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== "");
  return {
    name,
    kind: kindOfCells(cells),
    different: different.size,
    missing: cells.filter((cell) => cell.trim() === "" || numberOfCell(cell) === "missing").length,
    words: words / Math.max(1, cells.length),
    moments: filled.filter((cell) => isMoment.test(cell)).length / Math.max(1, filled.length),
    ...(different.size <= fewTexts ? { texts: [...different] } : {}),
    rising: numbers.length > 1 && numbers.every((one, i) => i === 0 || one > (numbers[i - 1] as number)),
    whole: numbers.every(Number.isInteger),
    least: numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    most: numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  };
}

/** The files of a folder, with `/` between folders, as far as they are counted. */
function folderFiles(path: string): readonly string[] {
  const names: string[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop())
    for (const entry of readdirSync(join(path, folder), { withFileTypes: true })) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.name.startsWith(".") || names.length >= mostPictures) continue;
      if (entry.isDirectory()) folders.push(name);
      else if (entry.isFile()) names.push(name);
    }
  return names.sort();
}

function archiveOf(path: string): Outcome<Survey> {
  const read = withRegularFile(path, ({ size, read }) => (size > mostBytes ? undefined : read(0, size)));
  if ("problem" in read) return problem(`${safeText(path)} cannot be read: ${read.problem}`);
  const bytes = read.ok;
  if (bytes === undefined) return problem(`${safeText(path)} has over 1 GB: unpack it, and name the folder`);
  const entries = new Map(zipEntries(bytes, path).map((entry) => [entry.name, entry]));
  return picturesOf(path, [...entries.keys()].sort(), (name) => {
    const entry = entries.get(name);
    return entry === undefined ? new Uint8Array() : unzipEntry(bytes, entry, path);
  });
}

function picturesOf(path: string, files: readonly string[], read: (name: string) => Uint8Array): Outcome<Survey> {
  const pictures = files.filter(isPictureName);
  const [first] = pictures;
  const place = safeText(path);
  if (first === undefined) return problem(`${place} holds no pictures (.png, .jpg)`);
  const folders = pictures.map((name) => name.split("/").slice(0, -1));
  const divided = folders.every(([top]) => top === "train" || top === "test");
  const classes = [...new Set(folders.map((parts) => parts.at(-1) ?? ""))].filter((name) => name !== "").sort();
  if (classes.length < 2 || folders.some((parts) => parts.length <= (divided ? 1 : 0)))
    return problem(
      `${place}: nnc init takes pictures that lie in a folder for each class, such as cats/1.jpg and dogs/1.jpg`,
    );
  const size = sizeOf(first, read);
  return ok({
    kind: "pictures",
    file: basename(path),
    classes,
    divided,
    count: pictures.length,
    ...(size === undefined ? {} : { size }),
  });
}

function sizeOf(name: string, read: (name: string) => Uint8Array): readonly [number, number] | undefined {
  try {
    const { height, width } = decodePicture(read(name), name);
    return [height, width];
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function textOf(path: string): Outcome<Survey> {
  const read = withRegularFile(path, ({ size, read }) => (size > mostBytes ? undefined : read(0, size)));
  if ("problem" in read) return problem(`${safeText(path)} cannot be read: ${read.problem}`);
  if (read.ok === undefined) return problem(`${safeText(path)} has over 1 GB`);
  let bytes: Uint8Array = read.ok;
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes, { maxOutputLength: mostBytes });
  } catch (error) {
    return problem(`${safeText(path)} cannot be unpacked: ${systemReason(error)}`);
  }
  const bad = firstNotUtf8(bytes);
  if (bad !== undefined) return problem(`${safeText(path)}: byte ${bad} is not UTF-8`);
  const different = new Set<string>();
  let characters = 0;
  for (const character of new TextDecoder().decode(bytes).replaceAll("\r\n", "\n")) {
    characters++;
    if (different.size <= mostDifferent) different.add(character);
  }
  return ok({ kind: "text", file: nameOf(path), characters, different: different.size });
}

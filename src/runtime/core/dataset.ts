// Holds data in memory as columns of numbers, divides it into training, validation and test rows, and gathers batches. It
// knows neither the origin of the numbers nor their use.

import { RunError } from "./error.ts";
import type { ColumnInfo, Manifest, Numbers } from "./program.ts";
import { inRange } from "./ranges.ts";
import { rowNumbers, shuffleRows } from "./shuffle.ts";
import { divideRows } from "./split.ts";
import { safeText } from "./text.ts";
import { expectedText, firstMisfit, typedArrayName, valueText } from "./values.ts";

/** Samples that are windows over rows which follow each other. */
export interface Windows {
  /** The number of rows that the columns hold. */
  readonly rows: number;
  /** By how many rows a window begins after the one before. */
  readonly stride: number;
  /** By how many rows columns begin after their window. */
  readonly ahead: Readonly<Record<string, number>>;
  /** How far a window and all that belongs to it reach. */
  readonly reach: number;
  /** Its first rows, which a column that begins later does not touch: they may lie in the part before. */
  readonly past: number;
}

/** Returns the windows of so many rows over the columns, and their number. */
export function windowsOver(
  rows: number,
  stride: number,
  columns: readonly ColumnInfo[],
): { readonly count: number; readonly windows: Windows } {
  const ahead = Object.fromEntries(columns.map(({ name, ahead = 0 }) => [name, ahead]));
  const reach = Math.max(...columns.map(({ shape, ahead = 0 }) => (shape[0] ?? 1) + ahead));
  const past = Math.max(...columns.map(({ ahead = 0 }) => ahead));
  const count = Math.max(0, Math.floor((rows - reach) / stride) + 1);
  return { count, windows: { rows, stride, ahead, reach, past } };
}

/** `count` samples; each column holds them one after another, `elements` numbers each. */
export interface DataPart {
  readonly count: number;
  readonly columns: Readonly<Record<string, Numbers>>;
  /** Columns of text by their names in the source, for encoders: one text a sample. */
  readonly texts?: Readonly<Record<string, readonly string[]>>;
  /** Says where a sample stands in the data, for messages: `houses.csv, line 17`. */
  readonly place?: (row: number) => string;
  /** The column by which a split divides: its text in each row. */
  readonly keys?: readonly string[];
  /** The columns of the source side by side in a column that is made of several. */
  readonly made?: Readonly<Record<string, readonly string[]>>;
  /** The files that the rows are, where each is one of its own. */
  readonly names?: readonly string[];
  /** Whether the file holds more rows, which nobody wanted. */
  readonly cut?: true;
  /** The number of rows of the file that were left out, as the program asks for. */
  readonly dropped?: number;
  /** Where samples overlap, the columns hold rows. */
  readonly windows?: Windows;
  /** Its rows are stretches of running text, whose tokens, joined, are cut into windows. */
  readonly running?: RunningText;
}

/** Running text whose windows are counted in what an encoder makes of it. */
export interface RunningText {
  readonly path: string;
  /** By how many tokens a window begins after the one before; by default its length. */
  readonly stride?: number;
}

/** The number of numbers that a part holds of a column in one row: of a sample, or of a row of its window. */
export const elementsOfRow = ({ shape }: ColumnInfo, { windows }: Pick<DataPart, "windows">): number =>
  elementsOf(windows === undefined ? shape : shape.slice(1));

/** The number of rows that a part holds of each column. */
export const rowsHeld = ({ count, windows }: Pick<DataPart, "count" | "windows">): number => windows?.rows ?? count;

/** The data of a source: its training part and its own test part, if it has one. */
export interface SourceData {
  readonly train: DataPart;
  readonly test?: DataPart;
}

/** Some rows of a part, in an order. */
export interface Rows {
  readonly part: DataPart;
  readonly rows: Int32Array;
  /** Of running text: how many of its windows are kept, by a seeded permutation. */
  readonly limit?: { readonly count: number; readonly seed: number };
}

export interface Dataset {
  readonly train: Rows;
  readonly validation?: Rows;
  readonly test?: Rows;
}

/** A data file: the path where it was found, and its bytes, unpacked. */
export interface DataFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Tells the size of a file from its start, so that no more is read or unpacked. */
export interface DataFormat {
  /** The number of first bytes that `size` needs. */
  readonly head: number;
  /** Returns the unpacked size of the file in bytes. A short file has a shorter start. Throws if it cannot be such a file. */
  size(head: Uint8Array, path: string): number;
}

/** A data file that is read piece by piece. */
export interface DataStream {
  readonly path: string;
  /** The bytes in order, unpacked. Reading throws a RunError that names the file. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A data file of which parts are read, wherever they lie. */
export interface PlacedFile {
  readonly path: string;
  readonly size: number;
  /** Reads at most `length` bytes from `at` on; fewer where the file ends. Throws a RunError that names the file. */
  read(at: number, length: number): Uint8Array;
  close(): void;
}

/** The files of a folder or an archive. */
export interface FileTree {
  readonly path: string;
  /** With `/` between folders, in the order of their characters. */
  readonly names: readonly string[];
  /** Returns the bytes of one of them. Throws a RunError that names it. */
  read(name: string): Uint8Array;
}

/** Finds files by name; the platform decides where. Throws a RunError that says what it looked for and where. */
export interface DataFiles {
  /** Opens a file without a length in its start: a text. */
  stream(name: string, advice?: string): Promise<DataStream>;
  /** Opens a file whose end says where its parts lie. */
  place(name: string, advice?: string): Promise<PlacedFile>;
  /** Opens a folder, or reads the bytes of an archive. */
  tree(name: string, advice?: string): Promise<FileTree | DataFile>;
  /** `advice` tells a user what to do if the file is missing. */
  read(name: string, format: DataFormat & { readonly advice?: string }): Promise<DataFile>;
}

/** A file for bytes that one run writes and reads. The platform says where it lies. */
export interface BlockFile {
  /** Adds bytes at its end, and returns their place. Throws a RunError where the disk is full. */
  add(bytes: Uint8Array): number;
  read(at: number, length: number): Uint8Array;
  close(): void;
}

/** Where rows go that memory does not hold. */
export interface RowStore {
  /** The bytes of memory that the data may take. */
  readonly memory: number;
  /** How the rows are divided into parts. */
  readonly split: Manifest["split"];
  open(): BlockFile;
}

/** Takes rows as a source reads them, in place of all of them at the end. */
export interface RowTaker {
  /** So many rows at a time, but for the last ones. */
  readonly rows: number;
  /** Fewer where so many take more bytes: a multiple of this. */
  readonly batch: number;
  take(part: DataPart): void;
}

export interface SourceRequest {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The columns that the program needs, in its types and shapes. */
  readonly columns: readonly ColumnInfo[];
  /** The column by which a split divides, whose text the training part keeps (`keys`). */
  readonly key?: string;
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** How many rows of a part are enough, for whoever only looks at the data. */
  readonly most?: number;
  /** Hears how many rows are read, and of how many, where that is known. */
  readonly progress?: (done: number, all?: number) => void;
  /** Where rows go that take more memory than they may; without it all are held. */
  readonly store?: RowStore;
  /** Who takes the rows of one file as they come. A source that has all of them at once gives them in the end. */
  readonly taker?: RowTaker;
}

/** The names of the source's columns that a column of the program is made of. */
export const madeOf = ({ name, from = [name] }: ColumnInfo): readonly string[] => from;

export type LoadSource = (request: SourceRequest, files: DataFiles) => Promise<SourceData>;

/** Counts the numbers in one sample of a column. */
export const elementsOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Makes `count` samples of a column, all 0. Throws a RunError where memory does not hold them. */
export function newColumn(info: ColumnInfo, count: number): Numbers {
  const length = count * elementsOf(info.shape);
  try {
    return info.dtype === "u8"
      ? new Uint8Array(length)
      : info.dtype === "i32"
        ? new Int32Array(length)
        : new Float32Array(length);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const name = safeText(info.name);
    throw new RunError(`the column '${name}' needs ${length} numbers for ${count} examples: more than memory holds`);
  }
}

/** Throws a RunError that names the first value that does not fit its column. */
export function checkValues(values: ArrayLike<number>, info: ColumnInfo, where: string): void {
  const bad = firstMisfit(values, info);
  if (bad === undefined) return;
  const example = Math.floor(bad / Math.max(1, elementsOf(info.shape)));
  throw new RunError(
    `${where}: ${safeText(info.name)} of example ${example} is ${valueText(values[bad])}, but must be ${expectedText(info)}`,
  );
}

/**
 * Throws a RunError unless the array has a type whose numbers the column can take as they are: whole numbers for whole
 * numbers. Nothing is silently cut or wrapped.
 */
function checkColumn(values: Numbers, info: ColumnInfo, where: string): void {
  const kind = typedArrayName(values);
  const whole = kind === "Uint8Array" || kind === "Int32Array";
  const fits = whole || (kind === "Float32Array" && info.dtype === "f32");
  if (fits) checkValues(values, info, where);
  if (fits) return;
  if (kind === "Float32Array") checkValues(values, info, `${where}: column '${safeText(info.name)}' is a Float32Array`);
  throw new RunError(
    `${where}: column '${safeText(info.name)}' must be ${valueText(newColumn(info, 0))}, not ${valueText(values)}`,
  );
}

/** Throws a RunError unless the part has every column, of the right length, with values that fit. Makes one pass. */
export function checkPart(part: DataPart, columns: readonly ColumnInfo[], where: string): void {
  const { count, columns: given } = part;
  if (!inRange(count, { min: 0, max: 2 ** 31 - 1 }))
    throw new RunError(
      `${where}: the number of examples is ${valueText(count)}, but must be a whole number of at least 0`,
    );
  if (typeof given !== "object" || given === null)
    throw new RunError(`${where}: columns must be a record of typed arrays, not ${valueText(given)}`);
  for (const info of columns) {
    const name = safeText(info.name);
    const values = Object.hasOwn(given, info.name) ? given[info.name] : undefined;
    if (values === undefined) throw new RunError(`${where}: there is no column '${name}'`);
    const expected = rowsHeld(part) * elementsOfRow(info, part);
    if (typedArrayName(values) !== undefined && values.length !== expected) {
      throw new RunError(
        `${where}: column '${name}' has ${values.length} numbers, but ${count} examples of ` +
          `[${info.shape.join(", ")}] need ${expected}`,
      );
    }
    checkColumn(values, info, where);
  }
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(6))}%`;

/** Says that the data and the split both name examples to test with. */
export const twoTestParts = (): RunError =>
  new RunError("the data has its own test part, so the split of the training part must not name another");

/** Says why no example of so many is left to train on. */
export function nothingToTrain(count: number, split: Manifest["split"]): RunError {
  if (count === 0) return new RunError("there is nothing to train on: the data holds no examples");
  const left = split.rows === true ? split.train : percent(split.train);
  return new RunError(
    `there is nothing to train on: ${count} examples, and the split leaves ${left} of them for training; give it a larger share: split train 90%`,
  );
}

/**
 * Divides a source's training part by the program's shares, in a seeded order or by position; a source's own test part
 * is the test set. `limit` keeps that many rows, the first of a seeded permutation of the training rows.
 */
export function divideData(source: SourceData, split: Manifest["split"], seed: number, limit?: number): Dataset {
  const { count, running } = source.train;
  if (running !== undefined && split.rows === true)
    throw new RunError("windows of tokens have no numbers before they are made: split by shares, split train 90%");
  const { rows, trainEnd, validationEnd, testEnd } = divideRows(source.train, split, seed);
  if (source.test !== undefined && testEnd > validationEnd) throw twoTestParts();
  let train = rows.slice(0, trainEnd);
  if (limit !== undefined && running === undefined && limit < train.length) {
    shuffleRows(train, seed, "limit", 0);
    train = train.slice(0, limit);
  }
  if (train.length === 0) throw nothingToTrain(count, split);
  const validation = rows.slice(trainEnd, validationEnd);
  const test =
    source.test === undefined ? { part: source.train, rows: rows.slice(validationEnd, testEnd) } : allRows(source.test);
  return {
    train: {
      ...{ part: source.train, rows: train },
      ...(limit === undefined || running === undefined ? {} : { limit: { count: limit, seed } }),
    },
    ...(validation.length > 0 ? { validation: { part: source.train, rows: validation } } : {}),
    ...(test.rows.length > 0 ? { test } : {}),
  };
}

/** Returns these rows of a part. */
export const rowsIn = (part: DataPart, rows: Int32Array): Rows => ({ part, rows });

/** Returns all rows of a part that nnc itself made. */
export const rowsOf = (part: DataPart): Rows => ({ part, rows: rowNumbers(part.count) });

/** Returns all rows of a part, in its order. Throws a RunError if `count` is not a number of examples. */
export function allRows(part: DataPart): Rows {
  const count: unknown = part?.count;
  if (!inRange(count, { min: 0, max: 2 ** 31 - 1 }))
    throw new RunError(
      `allRows takes { count, columns }; count is ${valueText(count)}, but must be a whole number of at least 0`,
    );
  return { part, rows: rowNumbers(count) };
}

const FEW = 32;

/** Copies samples `order[start]` … `order[start + n - 1]` of `rows` to the start of each of the program's columns. */
export function gatherBatch(
  from: Rows,
  order: Int32Array | undefined,
  start: number,
  n: number,
  columns: readonly ColumnInfo[],
  to: Readonly<Record<string, Numbers>>,
): void {
  for (const info of columns) {
    const values = from.part.columns[info.name] as Numbers;
    const target = to[info.name] as Numbers;
    const elements = elementsOf(info.shape);
    const { windows } = from.part;
    const step = windows === undefined ? elements : windows.stride * elementsOfRow(info, from.part);
    const first = windows === undefined ? 0 : (windows.ahead[info.name] ?? 0) * elementsOfRow(info, from.part);
    for (let i = 0; i < n; i++) {
      const row = from.rows[order === undefined ? start + i : (order[start + i] as number)] as number;
      const at = first + row * step;
      // A view of a few numbers takes longer than they do.
      if (elements > FEW) target.set(values.subarray(at, at + elements), i * elements);
      else for (let j = 0; j < elements; j++) target[i * elements + j] = values[at + j] as number;
    }
  }
}

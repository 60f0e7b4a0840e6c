// Data in memory: columns of numbers, their division into training, validation and test rows, and batches gathered from
// them. It does not know where the numbers came from, nor what a program does with them.

import { RunError } from "./error.ts";
import type { ColumnInfo, Manifest, Numbers } from "./program.ts";
import { rowNumbers, shuffleRows } from "./shuffle.ts";

/** `count` samples; each column holds them one after another, `elements` numbers each. */
export interface DataPart {
  readonly count: number;
  readonly columns: Readonly<Record<string, Numbers>>;
}

/** What a source gives: its training part and, where it has one, its own test part. */
export interface SourceData {
  readonly train: DataPart;
  readonly test?: DataPart;
}

/** Some rows of a part, in an order. */
export interface Rows {
  readonly part: DataPart;
  readonly rows: Int32Array;
}

export interface Dataset {
  readonly train: Rows;
  readonly validation?: Rows;
  readonly test?: Rows;
}

/** A file of data: where it was found, and its bytes, unpacked. */
export interface DataFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Finds files by name; the platform decides where. Throws a RunError that says what was looked for and where. */
export interface DataFiles {
  /** `maximum` bounds the unpacked size in bytes; `advice` is what to do where the file is missing. */
  read(name: string, limits: { readonly maximum: number; readonly advice?: string }): Promise<DataFile>;
}

export interface SourceRequest {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The columns that are wanted, in the program's types and shapes. */
  readonly columns: readonly ColumnInfo[];
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export type LoadSource = (request: SourceRequest, files: DataFiles) => Promise<SourceData>;

/** The numbers in one sample of a column. */
export const elementsOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** `count` samples of a column, all 0. */
export function newColumn(info: ColumnInfo, count: number): Numbers {
  const length = count * elementsOf(info.shape);
  return info.dtype === "u8"
    ? new Uint8Array(length)
    : info.dtype === "i32"
      ? new Int32Array(length)
      : new Float32Array(length);
}

/** Throws a RunError unless every value of a column of classes is whole and from 0 to classes - 1. */
export function checkClasses(values: Numbers, info: ColumnInfo, where: string): void {
  const { classes } = info;
  if (classes === undefined) return;
  const elements = Math.max(1, elementsOf(info.shape));
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value >= 0 && value < classes && Number.isInteger(value)) continue;
    const example = Math.floor(i / elements);
    throw new RunError(
      `${where}: ${info.name} of example ${example} is ${value}, but must be a whole number from 0 to ${classes - 1} ` +
        `(the program says ${classes} classes)`,
    );
  }
}

/** Throws a RunError unless the part has every column, of the right length, with values in range. */
export function checkPart(part: DataPart, columns: readonly ColumnInfo[], where: string): void {
  for (const info of columns) {
    const values = Object.hasOwn(part.columns, info.name) ? part.columns[info.name] : undefined;
    if (values === undefined) throw new RunError(`${where}: there is no column '${info.name}'`);
    const expected = part.count * elementsOf(info.shape);
    if (values.length !== expected) {
      throw new RunError(
        `${where}: column '${info.name}' has ${values.length} numbers, but ${part.count} examples of ` +
          `[${info.shape.join(", ")}] need ${expected}`,
      );
    }
    checkClasses(values, info, where);
  }
}

/**
 * Divides a source's training part by the program's shares, in a seeded order or by position; a source's own test part
 * is the test set. `limit` keeps the first that many rows of a seeded permutation of the training rows.
 */
export function divideData(source: SourceData, split: Manifest["split"], seed: number, limit?: number): Dataset {
  const { count } = source.train;
  const rows = rowNumbers(count);
  if (split.order === "random" && split.train < 1) shuffleRows(rows, seed, "split", 0);
  // Ends of the shares, rounded once each, so that no row is lost or used twice.
  const end = (share: number): number => Math.min(count, Math.round(share * count));
  const trainEnd = end(split.train);
  const validationEnd = end(split.train + split.validation);
  const testEnd = end(split.train + split.validation + split.test);
  if (source.test !== undefined && testEnd > validationEnd) {
    throw new RunError("the data has its own test part, so the split of the training part must not name another");
  }
  let train = rows.slice(0, trainEnd);
  if (limit !== undefined && limit < train.length) {
    shuffleRows(train, seed, "limit", 0);
    train = train.slice(0, limit);
  }
  if (train.length === 0)
    throw new RunError(`there is nothing to train on: ${count} examples, ${split.train} of them for training`);
  const validation = rows.slice(trainEnd, validationEnd);
  const test =
    source.test === undefined ? { part: source.train, rows: rows.slice(validationEnd, testEnd) } : allRows(source.test);
  return {
    train: { part: source.train, rows: train },
    ...(validation.length > 0 ? { validation: { part: source.train, rows: validation } } : {}),
    ...(test.rows.length > 0 ? { test } : {}),
  };
}

/** All rows of a part, in its order. */
export const allRows = (part: DataPart): Rows => ({ part, rows: rowNumbers(part.count) });

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
    for (let i = 0; i < n; i++) {
      const row = from.rows[order === undefined ? start + i : (order[start + i] as number)] as number;
      if (elements === 1) target[i] = values[row] as number;
      else target.set(values.subarray(row * elements, (row + 1) * elements), i * elements);
    }
  }
}

// Brings rows into an order in which the parts of a split follow each other: training, validation, test.

import { RunError } from "./error.ts";
import { compareCodePoints } from "./frequency.ts";
import type { Manifest, Numbers } from "./program.ts";
import { rowNumbers, shuffleRows } from "./shuffle.ts";
import { safeText } from "./text.ts";

export type SplitRule = Manifest["split"];

/** What a split sees of the rows of a source. */
export interface RowsToDivide {
  readonly count: number;
  readonly columns: Readonly<Record<string, Numbers>>;
  /** The text of the column to divide by, for each row. */
  readonly keys?: readonly string[];
  /** Samples are windows over so many rows; their first ones, the past, may lie in the part before. */
  readonly windows?: { readonly rows: number; readonly stride: number; readonly reach: number; readonly past: number };
}

export interface DividedRows {
  readonly rows: Int32Array;
  /** The places after the last row of each part. */
  readonly trainEnd: number;
  readonly validationEnd: number;
  readonly testEnd: number;
}

/** The name of the random numbers that shuffle rows before they are divided. */
export const SPLIT_STREAM = "split";

/** Divides the rows of a part by the program's shares. Throws a RunError where the data lacks the column to divide by. */
export function divideRows(part: RowsToDivide, split: Manifest["split"], seed: number): DividedRows {
  const { count } = part;
  const shares = sharesOf(split);
  const held = part.windows?.rows ?? count;
  const ends = endsOf(split, held);
  const inOrder = (rows: Int32Array): DividedRows => {
    const [trainEnd = 0, validationEnd = 0, testEnd = 0] = ends(count);
    return { rows, trainEnd, validationEnd, testEnd };
  };
  const rows = rowNumbers(count);
  if (part.windows !== undefined) return gathered(rows, partOfWindow(part.windows, ends(part.windows.rows)));
  switch (split.order) {
    case "random":
      if (split.train < (split.rows === true ? held : 1)) shuffleRows(rows, seed, SPLIT_STREAM, 0);
      return inOrder(rows);
    case "order":
      return inOrder(rows);
    case "time":
      return inOrder(sortedBy(keysOf(part, split), rows));
    case "hash": {
      const keys = keysOf(part, split);
      return gathered(rows, (row) => shares.findIndex((share) => hashOf(keys[row] ?? "") < share));
    }
    case "stratified": {
      const places = strata(keysOf(part, split), rows, seed, ends);
      return gathered(rows, (row) => places[row] as number);
    }
  }
}

/** Returns what the training part takes, with validation, and with the test part. */
export const sharesOf = ({ train, validation, test }: SplitRule): readonly number[] => [
  train,
  train + validation,
  train + validation + test,
];

/** Returns the function that says where the parts of so many rows end. Throws a RunError where `held` rows are too few. */
export function endsOf(split: SplitRule, held: number): (length: number) => readonly number[] {
  const shares = sharesOf(split);
  if (split.rows === true && (shares[2] ?? 0) > held)
    throw new RunError(`the split takes ${shares[2]} rows, but the data has ${held}`);
  // Each end of a share is rounded once, so that no row is lost or used twice.
  return (length) =>
    split.rows === true ? shares : shares.map((share) => Math.min(length, Math.round(share * length)));
}

/** Returns the part that holds a window: no row that a window is to tell is one that another part trains on. */
function partOfWindow(
  { stride, reach, past }: NonNullable<RowsToDivide["windows"]>,
  ends: readonly number[],
): (window: number) => number {
  return (window) => {
    const [first, end] = [window * stride + past, window * stride + reach];
    const part = ends.findIndex((last) => first < last);
    return part >= 0 && end <= (ends[part] as number) ? part : -1;
  };
}

/** Puts rows of part 0, 1 and 2 one after another, each in the order of the file; others, of -1 or 3, at the end. */
function gathered(rows: Int32Array, partOf: (row: number) => number): DividedRows {
  const parts: number[][] = [[], [], [], []];
  for (const row of rows) {
    const part = partOf(row);
    (parts[part < 0 ? 3 : part] as number[]).push(row);
  }
  const [train, validation, test] = parts.map(({ length }) => length) as [number, number, number];
  return {
    rows: Int32Array.from(parts.flat()),
    trainEnd: train,
    validationEnd: train + validation,
    testEnd: train + validation + test,
  };
}

/** Returns the text of the column in each row. */
export function keysOf({ keys, columns, count }: RowsToDivide, { column = "" }: Manifest["split"]): readonly string[] {
  if (keys !== undefined) return keys;
  const values = columns[column];
  if (values !== undefined && values.length === count) return Array.from(values, String);
  throw new RunError(`the split divides by '${safeText(column)}', which the data does not have as a column of its own`);
}

/** Returns a number from 0 to 1 for a text, the same in all data and for all seeds: FNV-1a, mixed as in MurmurHash3. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Sorts rows by their numbers, or by their texts (dates as 2024-01-31); rows that are equal keep their order. */
function sortedBy(keys: readonly string[], rows: Int32Array): Int32Array {
  const numbers = keys.map((key) => (key.trim() === "" ? Number.NaN : Number(key)));
  const numeric = numbers.every((number) => !Number.isNaN(number));
  const compare = (a: number, b: number): number =>
    (numeric ? (numbers[a] as number) - (numbers[b] as number) : compareCodePoints(keys[a] ?? "", keys[b] ?? "")) ||
    a - b;
  return Int32Array.from([...rows].sort(compare));
}

/** Returns the part of each row, so that every part has its share of the rows of each text. */
function strata(
  keys: readonly string[],
  rows: Int32Array,
  seed: number,
  ends: (length: number) => readonly number[],
): Uint8Array {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const key = keys[row] ?? "";
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const places = new Uint8Array(rows.length).fill(3);
  for (const [key, group] of groups) {
    const order = Int32Array.from(group);
    shuffleRows(order, seed, `${SPLIT_STREAM} ${key}`, 0);
    let from = 0;
    for (const [part, end] of ends(order.length).entries()) {
      for (let i = from; i < end; i++) places[order[i] as number] = part;
      from = end;
    }
  }
  return places;
}

// The rows of a source as a check of data looks at them: the part that each is in, columns of cells, and blocks of numbers such as
// pictures.

import { type DataPart, divideData, elementsOfRow, madeOf, rowsHeld, type SourceData } from "../dataset.ts";
import type { ColumnInfo, Numbers } from "../program.ts";
import { type CellColumn, cellColumn } from "./cellColumn.ts";
import { holdsPictures, type PictureLooks, pictureLooks } from "./pictureLooks.ts";
import { AS_TEXT, type DataPlan } from "./plan.ts";

/** A column with several numbers in each row. */
export interface Block {
  readonly name: string;
  readonly info: ColumnInfo;
  /** For each row, the first row with the same numbers. */
  readonly ids: Int32Array;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  /** Rows with a number that is not finite, and those whose numbers are all the same. */
  readonly broken: readonly number[];
  readonly flat: readonly number[];
  /** How its pictures look, if it holds some. */
  readonly looks?: PictureLooks;
  /** For each part, how often each whole number from 0 to 255 occurs, for those that are classes. */
  readonly levels?: readonly (readonly number[])[];
}

export interface DataSurvey {
  readonly plan: DataPlan;
  readonly count: number;
  /** For each row the place of its part in PARTS, from 1; 0 in no part. */
  readonly parts: Uint8Array;
  readonly cells: ReadonlyMap<string, CellColumn>;
  readonly blocks: readonly Block[];
  place(row: number): string;
  /** The files of the rows, where each is one. */
  readonly names?: readonly string[];
  /** Rows that were left out, as the program asks for, and whether the file holds more than was looked at. */
  readonly left: number;
  readonly whole: boolean;
}

const isText = ({ encoder }: ColumnInfo): boolean => encoder !== undefined && encoder.numbers !== true;

/** Puts the rows of the source's own test part behind those of its training part. */
export function surveyOf(plan: DataPlan, source: SourceData): DataSurvey {
  const all = [source.train, ...(source.test === undefined ? [] : [source.test])];
  const count = all.reduce((sum, { count }) => sum + count, 0);
  const cells = new Map<string, CellColumn>();
  const blocks: Block[] = [];
  const parts = partOfRows(plan, source, count);
  for (const info of plan.columns) {
    if (isText(info)) {
      for (const name of madeOf(info))
        if (!cells.has(name)) cells.set(name, cellColumn(name, textsIn(all, name), count));
      continue;
    }
    const [name = info.name] = madeOf(info);
    const lists = all.map((part) => ({ values: part.columns[info.name] as Numbers, rows: rowsHeld(part) }));
    const elements = all[0] === undefined ? 1 : elementsOfRow(info, all[0]);
    if (elements === 1) cells.set(name, cellColumn(name, numbersIn(lists), count));
    else blocks.push(blockOf(name, info, lists, elements, parts));
  }
  const [first] = all;
  const names = all.every((part) => part.names !== undefined) ? all.flatMap((part) => part.names ?? []) : undefined;
  return {
    ...{ plan, count, cells, blocks, parts },
    place: (row) => {
      const own =
        row < (first?.count ?? 0) ? ([first, row] as const) : ([source.test, row - (first?.count ?? 0)] as const);
      return own[0]?.place?.(own[1]) ?? `example ${row}`;
    },
    ...(names === undefined ? {} : { names }),
    left: all.reduce((sum, { dropped = 0 }) => sum + dropped, 0),
    whole: all.every(({ cut }) => cut !== true),
  };
}

function* textsIn(parts: readonly DataPart[], name: string): Generator<string> {
  for (const { texts, count } of parts) for (let row = 0; row < count; row++) yield texts?.[name]?.[row] ?? "";
}

interface PartNumbers {
  readonly values: Numbers;
  readonly rows: number;
}

function* numbersIn(lists: readonly PartNumbers[]): Generator<string> {
  for (const { values, rows } of lists) for (let row = 0; row < rows; row++) yield String(values[row]);
}

function partOfRows(plan: DataPlan, source: SourceData, count: number): Uint8Array {
  const parts = new Uint8Array(count);
  const divided = divideData(source, plan.split, plan.seed);
  const own = source.test === undefined ? 0 : source.train.count;
  for (const row of divided.train.rows) parts[row] = 1;
  for (const row of divided.validation?.rows ?? []) parts[row] = 2;
  for (const row of divided.test?.rows ?? []) parts[own + row] = 3;
  return parts;
}

/** Reads a column of blocks once: what its numbers are like, and which rows are the same. */
function blockOf(
  name: string,
  info: ColumnInfo,
  lists: readonly PartNumbers[],
  elements: number,
  parts: Uint8Array,
): Block {
  const count = parts.length;
  const ids = new Int32Array(count);
  const seen = new Map<number, number>();
  const levels =
    info.classes === undefined ? undefined : Array.from({ length: 4 }, () => new Array<number>(256).fill(0));
  const [broken, flat]: [number[], number[]] = [[], []];
  let [min, max, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  const rowAt = (row: number): Numbers => {
    let at = row;
    for (const { values, rows } of lists) {
      if (at < rows) return values.subarray(at * elements, (at + 1) * elements);
      at -= rows;
    }
    return new Float32Array();
  };
  for (let row = 0; row < count; row++) {
    const values = rowAt(row);
    const [first = 0] = values;
    const own = levels?.[parts[row] as number];
    let [a, b, same, finite] = [0x811c9dc5, 0x9747b28c, true, true];
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
      squares += value * value;
      if (value !== first) same = false;
      if (value - value !== 0) finite = false;
      // Bits of fractions count, too: a product with a large odd number brings them to the whole part.
      const bits = Number.isInteger(value) ? value | 0 : (value * 0x1000001) | 0;
      a = Math.imul(a ^ bits, 0x01000193);
      b = Math.imul((b << 13) | (b >>> 19), 5) ^ bits;
      if (own !== undefined && value >= 0 && value < 256) own[value] = (own[value] ?? 0) + 1;
    }
    if (!finite) broken.push(row);
    else if (same) flat.push(row);
    const key = (a >>> 0) * 2 ** 21 + ((b >>> 0) & 0x1fffff);
    const before = seen.get(key);
    const equal = before !== undefined && rowAt(before).every((value, i) => Object.is(value, values[i]));
    if (before === undefined) seen.set(key, row);
    ids[row] = equal ? before : row;
  }
  const total = Math.max(1, count * elements);
  const mean = sum / total;
  return {
    ...{ name, info, ids, min, max, mean, broken, flat },
    deviation: Math.sqrt(Math.max(0, squares / total - mean * mean)),
    ...(levels === undefined ? {} : { levels }),
    ...(info.classes === undefined && holdsPictures(info.shape)
      ? { looks: pictureLooks(count, info.shape, rowAt) }
      : {}),
  };
}

/** Whether a plan wants a column as it stands in the file. */
export const wantedAsText = ({ encoder }: ColumnInfo): boolean => encoder?.module === AS_TEXT;

/** For each row, the first row that has the same in all of these columns. */
export function firstAlike(columns: readonly Int32Array[], count: number): Int32Array {
  const first = new Int32Array(count);
  const seen = new Map<number, number>();
  for (let row = 0; row < count; row++) {
    let [a, b] = [0x811c9dc5, 0x2545f491];
    for (const ids of columns) {
      const id = ids[row] as number;
      a = Math.imul(a ^ id, 0x01000193);
      b = Math.imul(((b << 13) | (b >>> 19)) ^ id, 0x5bd1e995);
    }
    const key = (a >>> 0) * 2 ** 21 + ((b >>> 0) & 0x1fffff);
    const before = seen.get(key);
    if (before === undefined) seen.set(key, row);
    first[row] = before !== undefined && columns.every((ids) => ids[before] === ids[row]) ? before : row;
  }
  return first;
}

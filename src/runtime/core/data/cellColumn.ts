// A column of cells, as texts with numbers: each text once, and which of them each row has.

import { numberOfCell } from "../formats/cells.ts";
import type { NumberSpread } from "./plan.ts";

export interface CellColumn {
  readonly name: string;
  /** The number of its text, for each row. */
  readonly ids: Int32Array;
  readonly texts: readonly string[];
  /** The rows that have each text. */
  readonly counts: readonly number[];
  /** What each text is as a number; NaN where it is none. */
  readonly numbers: readonly number[];
  /** Whether all cells that are not missing are numbers. */
  readonly numeric: boolean;
  /** The cells that are missing, and the first row with one. */
  readonly missing: number;
  readonly firstMissing: number;
  /** The cells that hold something else than a number, and the first row with one. */
  readonly strangers: number;
  readonly firstStranger: number;
}

const firstWith = (ids: Int32Array, wanted: (id: number) => boolean): number => ids.findIndex(wanted);

export function cellColumn(name: string, cells: Iterable<string>, count: number): CellColumn {
  const known = new Map<string, number>();
  const ids = new Int32Array(count);
  const counts: number[] = [];
  let row = 0;
  for (const cell of cells) {
    const id = known.get(cell) ?? known.size;
    if (id === known.size) known.set(cell, id);
    counts[id] = (counts[id] ?? 0) + 1;
    ids[row++] = id;
  }
  const texts = [...known.keys()];
  const read = texts.map(numberOfCell);
  const rowsWith = (wanted: (id: number) => boolean): number =>
    counts.reduce((sum, rows, id) => (wanted(id) ? sum + rows : sum), 0);
  const stranger = (id: number): boolean => read[id] === undefined;
  const absent = (id: number): boolean => read[id] === "missing";
  const empty = (id: number): boolean => (texts[id] ?? "").trim() === "";
  const strangers = rowsWith(stranger);
  // Among texts "None" is a text; only a cell with nothing in it is missing.
  const mostlyNumbers = strangers <= 0.05 * (count - rowsWith(absent));
  const gone = mostlyNumbers ? absent : empty;
  const missing = rowsWith(gone);
  return {
    ...{ name, ids, texts, counts, missing, strangers },
    numbers: read.map((value) => (typeof value === "number" ? value : Number.NaN)),
    numeric: strangers === 0 && missing < count,
    firstMissing: missing === 0 ? -1 : firstWith(ids, gone),
    firstStranger: strangers === 0 ? -1 : firstWith(ids, stranger),
  };
}

const STEPS = 10;

/** How the finite numbers of a column lie; undefined if it has none. */
export function numberSpread({ numbers, counts }: Pick<CellColumn, "numbers" | "counts">): NumberSpread | undefined {
  const finite = numbers
    .map((value, id) => ({ value, rows: counts[id] ?? 0 }))
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => a.value - b.value);
  const [first, last] = [finite[0], finite.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const total = finite.reduce((sum, { rows }) => sum + rows, 0);
  const mean = finite.reduce((sum, { value, rows }) => sum + value * rows, 0) / total;
  const variance = finite.reduce((sum, { value, rows }) => sum + (value - mean) ** 2 * rows, 0) / total;
  const at = (share: number): number => {
    let seen = 0;
    for (const { value, rows } of finite) {
      seen += rows;
      if (seen >= share * total) return value;
    }
    return last.value;
  };
  const steps: number[] = Array.from({ length: STEPS }, () => 0);
  const width = last.value - first.value;
  for (const { value, rows } of finite) {
    const step = width === 0 ? 0 : Math.min(STEPS - 1, Math.floor((STEPS * (value - first.value)) / width));
    steps[step] = (steps[step] ?? 0) + rows;
  }
  return {
    ...{ min: first.value, max: last.value, mean, deviation: Math.sqrt(variance), steps },
    quarters: [at(0.25), at(0.5), at(0.75)],
  };
}

/** The number of different values that are not missing. */
export const valuesOf = ({ texts, numbers, numeric }: CellColumn): number =>
  numeric ? new Set(numbers.filter((value) => !Number.isNaN(value))).size : texts.filter((text) => text !== "").length;

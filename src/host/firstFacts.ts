// What the first rows of a table tell of its columns: how often they change, and which divide the rows alike.

import type { ColumnFacts, FirstRowFacts } from "../driver/options.ts";
import { numberOfCell } from "../runtime/core/formats/cells.ts";

/** Mixes a number into a hash of 32 bits. */
const mixed = (hash: number, value: number): number => Math.imul(hash ^ value, 0x01000193) >>> 0;

function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = mixed(hash, text.charCodeAt(i));
  return hash;
}

function factsOf(cells: readonly string[]): ColumnFacts {
  const first = new Map<string, number>();
  let changes = 0;
  let [a, b, c] = [1, 2, 3];
  for (const [row, cell] of cells.entries()) {
    const place = first.get(cell) ?? row;
    if (place === row) first.set(cell, row);
    if (row > 0 && cell !== cells[row - 1]) changes++;
    a = mixed(a, place);
    b = mixed(b + row, place);
    c = mixed(c, textHash(cell));
  }
  const values = first.size;
  // Where nearly each row has a value of its own, all such columns divide rows alike: then the cells themselves count.
  const pattern = values <= cells.length / 2 ? `${a} ${b}` : `= ${c}`;
  const numbers = numbersIn(cells);
  return { values, changes, pattern, cells: String(c), ...(numbers === undefined ? {} : { numbers }) };
}

/** Returns between which numbers cells lie; undefined if one of them is text, or none holds a number. */
function numbersIn(cells: readonly string[]): ColumnFacts["numbers"] {
  let [low, high, missing, infinite] = [Infinity, -Infinity, 0, 0];
  for (const cell of cells) {
    const number = numberOfCell(cell);
    if (number === undefined) return undefined;
    if (number === "missing") missing++;
    else if (!Number.isFinite(Math.fround(number))) infinite++;
    else {
      low = Math.min(low, number);
      high = Math.max(high, number);
    }
  }
  return low > high ? undefined : { low, high, missing, infinite };
}

/** Returns the facts of rows of cells; `all`: the rows of the whole file, if it was read to its end. */
export function firstRowFacts(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  all?: number,
): FirstRowFacts {
  const seen = new Set<string>();
  let repeated = 0;
  for (const cells of rows) {
    const row = JSON.stringify(cells);
    if (seen.has(row)) repeated++;
    seen.add(row);
  }
  const columns = new Map(names.map((name, i) => [name, factsOf(rows.map((cells) => cells[i] ?? ""))]));
  return { rows: rows.length, ...(all === undefined ? {} : { all }), repeated, columns };
}

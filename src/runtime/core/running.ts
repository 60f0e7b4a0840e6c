// Running text in tokens: the text is cut into stretches, a split divides these, and the tokens of each part are cut into windows.

import { type DataPart, elementsOf, newColumn, type Rows, type RunningText, windowsOver } from "./dataset.ts";
import { RunError } from "./error.ts";
import type { ColumnInfo } from "./program.ts";
import { rowNumbers, shuffleRows } from "./shuffle.ts";
import { countText, safeText } from "./text.ts";

/** The least and the most characters of a stretch: a split by shares cuts between stretches. */
const SHORT_STRETCH = 64;
const LONG_STRETCH = 4096;

/** Cuts running text into stretches, each to the end of a word, so that the tokens of all are those of the whole. */
export function stretchesOf(whole: string, path: string, stride: unknown): DataPart {
  const texts: string[] = [];
  const isBlank = (at: number): boolean => /\p{White_Space}/u.test(whole.charAt(at));
  const starts: number[] = [];
  for (let from = 0; from < whole.length; ) {
    let to = from + SHORT_STRETCH;
    while (to < whole.length && to < from + LONG_STRETCH && !(isBlank(to) && !isBlank(to - 1))) to++;
    // A character of two halves stays whole.
    if (/[\udc00-\udfff]/.test(whole.charAt(to))) to++;
    starts.push(from);
    texts.push(whole.slice(from, to));
    from = to;
  }
  if (texts.length === 0) throw new RunError(`${safeText(path)}: is empty`);
  return {
    ...{ count: texts.length, columns: {}, texts: { text: texts } },
    running: { path, ...(stride === undefined ? {} : { stride: Number(stride) }) },
    place: (row) => `${safeText(path)}, after ${starts[row] ?? 0} characters`,
  };
}

/** Makes tokens of stretches of running text, and windows of these. */
export function windowsOfTokens(
  { part, rows, limit }: Rows,
  { path, stride }: RunningText,
  columns: readonly ColumnInfo[],
  tokensOf: (text: string) => readonly number[],
): Rows {
  const stretches = Array.from(rows, (row) => tokensOf(part.texts?.text?.[row] ?? ""));
  const ends = new Int32Array(rows.length);
  let count = 0;
  for (const [i, { length }] of stretches.entries()) ends[i] = count += length;
  const [info] = columns;
  const tokens = newColumn({ name: info?.name ?? "", dtype: info?.dtype ?? "i32", shape: [] }, count);
  for (const [i, stretch] of stretches.entries()) tokens.set(stretch, (ends[i] as number) - stretch.length);
  const placed = columns.map((one) => ({ ...one, ahead: Number(one.encoder?.options.shift ?? 0) }));
  const step = stride ?? Math.max(...columns.map(({ shape }) => elementsOf(shape)));
  const { count: held, windows } = windowsOver(count, step, placed);
  if (held === 0)
    throw new RunError(
      `${safeText(path)}: a part of the split has ${countText(count)} tokens, but a window takes ${windows.reach} of them`,
    );
  const chosen = rowNumbers(held);
  if (limit !== undefined && limit.count < held) shuffleRows(chosen, limit.seed, "limit", 0);
  const made: DataPart = {
    count: held,
    columns: Object.fromEntries(columns.map(({ name }) => [name, tokens])),
    windows,
    place(row) {
      const first = ends.findIndex((end) => end > row * step);
      return part.place?.(rows[first] as number) ?? `example ${row}`;
    },
  };
  return { part: made, rows: limit === undefined ? chosen : chosen.slice(0, limit.count) };
}

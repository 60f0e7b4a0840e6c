// The lines of a source text with their underlined parts: chooses the lines and the part of a long one, and draws the rows
// of marks and labels below. Makes rows of pieces; terminal.ts adds colours and gutters.

import type { LineIndex } from "../../base/lineIndex.ts";
import { type Cell, cellsOf, safeText } from "./displayText.ts";

export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly primary: boolean;
}
export type Style = "source" | "primary" | "related";
export interface Piece {
  readonly text: string;
  readonly style: Style;
}
/** A row of an excerpt: a source line with its number, marks below one, or a gap for left-out lines. */
export type Row =
  | { readonly kind: "line"; readonly line: number; readonly pieces: readonly Piece[] }
  | { readonly kind: "marks"; readonly pieces: readonly Piece[] }
  | { readonly kind: "gap" };

/** The part of a mark on one line, in UTF-16 units of that line; the label goes to the last part. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly primary: boolean;
}

// A span of more lines than this shows only its first and its last line.
const wholeSpanLines = 3;

function partsByLine(text: string, index: LineIndex, marks: readonly Mark[]): ReadonlyMap<number, readonly Part[]> {
  const parts = new Map<number, Part[]>();
  const put = (line: number, part: Part): void => {
    const known = parts.get(line);
    if (known === undefined) parts.set(line, [part]);
    else known.push(part);
  };
  for (const { start, end: givenEnd, label, primary } of marks) {
    let end = Math.min(givenEnd, text.length);
    while (end > start && /\s/.test(text.charAt(end - 1))) end--;
    const first = index.position(start);
    const last = index.position(end);
    if (first.line === last.line) {
      put(first.line, { from: first.column - 1, to: last.column - 1, label, primary });
      continue;
    }
    const all = last.line - first.line < wholeSpanLines;
    for (let line = first.line; line <= last.line; line++) {
      if (!all && line !== first.line && line !== last.line) continue;
      const content = index.lineText(line);
      const indent = content.length - content.trimStart().length;
      const from = line === first.line ? first.column - 1 : indent;
      const to = line === last.line ? last.column - 1 : content.trimEnd().length;
      if (to > from) put(line, { from, to, label: line === last.line ? label : "", primary });
    }
  }
  return parts;
}

interface Window {
  readonly cells: readonly Cell[];
  /** The end of the part, in UTF-16 units of the line. */
  readonly end: number;
  readonly cutLeft: boolean;
  readonly cutRight: boolean;
}

/** Returns the part of a line to show in `width` columns: all of it, or the surroundings of its most important mark. */
function windowOf(line: string, parts: readonly Part[], width: number): Window {
  const main = parts.find((part) => part.primary) ?? parts[0];
  const target = main?.from ?? 0;
  // A line may have a million characters, too many to cut into graphemes as a whole.
  const reach = width * 8;
  const sliceStart = line.length > 2 * reach ? Math.max(0, target - reach) : 0;
  const sliceEnd = Math.min(line.length, sliceStart + 2 * reach);
  const cells = cellsOf(line.slice(sliceStart, sliceEnd), sliceStart);
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  if (total <= width && sliceStart === 0 && sliceEnd === line.length)
    return { cells, end: line.length, cutLeft: false, cutRight: false };

  const whole: Window = { cells, end: sliceEnd, cutLeft: false, cutRight: false };
  const from = startColumn(whole, target, 0);
  const length = endColumn(whole, main?.to ?? 0, 0) - from;
  // The mark goes to the middle if it fits; otherwise it begins a quarter of the way in.
  const room = width - 2;
  const wanted = length < room / 2 ? from - (room - length) / 2 : from - room / 4;
  const left = Math.max(0, Math.min(Math.floor(wanted), total - room));
  let column = 0;
  let first = cells.length;
  let last = -1;
  for (const [i, cell] of cells.entries()) {
    if (column >= left && column + cell.width <= left + room) {
      first = Math.min(first, i);
      last = i;
    }
    column += cell.width;
  }
  const kept = cells.slice(first, last + 1);
  const end = cells[last + 1]?.offset ?? sliceEnd;
  return { cells: kept, end, cutLeft: (kept[0]?.offset ?? 0) > 0, cutRight: end < line.length };
}

/** Writes pieces onto columns: a canvas one row high. */
function rowOf(
  spots: readonly { readonly column: number; readonly text: string; readonly style: Style }[],
): readonly Piece[] {
  const pieces: Piece[] = [];
  let column = 0;
  for (const spot of spots) {
    if (spot.column > column) pieces.push({ text: " ".repeat(spot.column - column), style: "source" });
    pieces.push({ text: spot.text, style: spot.style });
    column = Math.max(column, spot.column) + spot.text.length;
  }
  return pieces;
}

interface Placed {
  readonly column: number;
  readonly length: number;
  readonly label: string;
  readonly primary: boolean;
}

function underlines(placed: readonly Placed[]): readonly Piece[] {
  const end = Math.max(...placed.map((mark) => mark.column + mark.length));
  const canvas: (Style | undefined)[] = new Array(end).fill(undefined);
  // Draws the primary mark last, over the others.
  for (const primary of [false, true])
    for (const mark of placed)
      if (mark.primary === primary)
        canvas.fill(primary ? "primary" : "related", mark.column, mark.column + mark.length);
  const pieces: Piece[] = [];
  for (let i = 0; i < canvas.length; ) {
    let j = i;
    while (j < canvas.length && canvas[j] === canvas[i]) j++;
    const style = canvas[i];
    const character = style === undefined ? " " : style === "primary" ? "^" : "─";
    pieces.push({ text: character.repeat(j - i), style: style ?? "source" });
    i = j;
  }
  return pieces;
}

/** Underlines in one row with the label of the rightmost mark; the other labels hang below, from right to left. */
function markRows(placed: readonly Placed[]): readonly Row[] {
  const sorted = [...placed].sort((a, b) => a.column - b.column || Number(a.primary) - Number(b.primary));
  const last = sorted.at(-1);
  if (last === undefined) return [];
  const end = Math.max(...sorted.map((mark) => mark.column + mark.length));
  // The label follows the underline only if no mark reaches beyond it: otherwise it would seem to belong to that one.
  const beside = last.label !== "" && last.column + last.length === end;
  const first: Piece[] = [...underlines(sorted)];
  if (beside) first.push({ text: ` ${safeText(last.label)}`, style: last.primary ? "primary" : "related" });
  const rows: Row[] = [{ kind: "marks", pieces: first }];
  const hanging = (beside ? sorted.slice(0, -1) : sorted).filter((mark) => mark.label !== "");
  for (let i = hanging.length - 1; i >= 0; i--) {
    const mark = hanging[i];
    if (mark === undefined) continue;
    const style = (m: Placed): Style => (m.primary ? "primary" : "related");
    const bars = hanging.slice(0, i).filter((m) => m.column < mark.column);
    const unique = bars.filter((m, k) => k === 0 || bars[k - 1]?.column !== m.column);
    rows.push({
      kind: "marks",
      pieces: rowOf([
        ...unique.map((m) => ({ column: m.column, text: "│", style: style(m) })),
        { column: mark.column, text: `╰─ ${safeText(mark.label)}`, style: style(mark) },
      ]),
    });
  }
  return rows;
}

/** Returns the column of the character that holds `offset`; one outside the window is at its ellipsis. */
function startColumn({ cells, end, cutLeft }: Window, offset: number, base: number): number {
  if (cutLeft && offset < (cells[0]?.offset ?? 0)) return 0;
  let column = base;
  for (const [i, cell] of cells.entries()) {
    if (offset < (cells[i + 1]?.offset ?? end)) return column;
    column += cell.width;
  }
  return column;
}

/** Returns the column after the last character that begins before `offset`. */
function endColumn({ cells }: Window, offset: number, base: number): number {
  return cells.reduce((column, cell) => (cell.offset < offset ? column + cell.width : column), base);
}

function lineRows(line: number, content: string, parts: readonly Part[], width: number): readonly Row[] {
  const window = windowOf(content, parts, width);
  const { cells, cutLeft, cutRight } = window;
  const text = `${cutLeft ? "…" : ""}${cells.map((cell) => cell.text).join("")}${cutRight ? "…" : ""}`;
  const base = cutLeft ? 1 : 0;
  const placed = parts.map(({ from, to, label, primary }): Placed => {
    const column = startColumn(window, from, base);
    return { column, length: Math.max(1, endColumn(window, to, base) - column), label, primary };
  });
  return [{ kind: "line", line, pieces: [{ text, style: "source" }] }, ...markRows(placed)];
}

/** Returns the rows that show all marks of one text in source order. `width`: the room for source text, in columns. */
export function excerptRows(text: string, index: LineIndex, marks: readonly Mark[], width: number): readonly Row[] {
  const byLine = partsByLine(text, index, marks);
  const lines = [...byLine.keys()].sort((a, b) => a - b);
  const rows: Row[] = [];
  let before: number | undefined;
  for (const line of lines) {
    if (before !== undefined && line === before + 2)
      rows.push(...lineRows(before + 1, index.lineText(before + 1), [], width));
    else if (before !== undefined && line > before + 1) rows.push({ kind: "gap" });
    rows.push(...lineRows(line, index.lineText(line), byLine.get(line) ?? [], width));
    before = line;
  }
  return rows;
}

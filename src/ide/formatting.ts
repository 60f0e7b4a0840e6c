// Formatting as edits of whole lines, so that an editor keeps its cursor and folds where nothing changes.

import type { Edit } from "../diagnostics/diagnostic.ts";
import { format } from "../syntax/format.ts";
import { parse } from "../syntax/parse.ts";
import { scan } from "../syntax/scan.ts";
import { signs } from "../syntax/tokens.ts";

/**
 * Returns the edit that formats `text`, from the first line that differs to the last; none if no line does, or if there
 * are syntax errors.
 */
export function formatting(file: string, text: string): readonly Edit[] {
  const formatted = format(text);
  if (formatted === undefined || formatted === text) return [];
  const before = linesOf(text);
  const after = linesOf(formatted);
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const lengthOf = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length, 0);
  const start = lengthOf(before.slice(0, head));
  const end = start + lengthOf(before.slice(head, before.length - tail));
  return [{ span: { file, start, end }, text: after.slice(head, after.length - tail).join("") }];
}

/** Returns the lines with their ends; none after the last end. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Returns the edits that format the lines of a range, where the text or, with syntax errors elsewhere, the declarations around
 * the range can be formatted.
 */
export function rangeFormatting(file: string, text: string, range: Range): readonly Edit[] {
  const whole = format(text);
  if (whole !== undefined) return changed(file, text, whole, 0).filter(({ span }) => touches(span, range));
  return parse(file, text).tree.declarations.flatMap(({ span }) => {
    if (!touches(span, range)) return [];
    const start = text.lastIndexOf("\n", span.start - 1) + 1;
    const next = text.indexOf("\n", span.end);
    const end = next < 0 ? text.length : next + 1;
    const part = text.slice(start, end);
    const formatted = format(part);
    if (formatted === undefined) return [];
    return changed(file, part, formatted, start).filter((edit) => touches(edit.span, range));
  });
}

const touches = (span: Range, range: Range): boolean =>
  span.start <= range.end && range.start <= Math.max(span.start, span.end - 1);

/** The most pairs of lines to compare: beyond, the change is one edit. */
const mostPairs = 1_000_000;

/** Returns the edits of whole lines that make one text of another. */
function changed(file: string, text: string, wanted: string, at: number): readonly Edit[] {
  const before = linesOf(text);
  const after = linesOf(wanted);
  const edits: Edit[] = [];
  let offset = at;
  let from = 0;
  const put = (to: number, until: number, lines: readonly string[]): void => {
    const gone = before.slice(from, to);
    // Lines that each have a new form change one by one, so that a range takes only its own.
    const parts = gone.length === lines.length ? lines.map((line, i) => [gone[i] ?? "", line] as const) : [];
    for (const [old, line] of parts.length > 0 ? parts : [[gone.join(""), lines.join("")] as const]) {
      const start = offset;
      offset += old.length;
      if (old !== line) edits.push({ span: { file, start, end: offset }, text: line });
    }
    for (from = to; from < until; from++) offset += before[from]?.length ?? 0;
  };
  let seen = 0;
  for (const [i, j] of [...kept(before, after), [before.length, after.length] as const]) {
    put(i, i < before.length ? i + 1 : i, after.slice(seen, j));
    seen = j + 1;
  }
  return edits;
}

/** Returns the places of lines that stay, in both texts: a longest common subsequence. */
function kept(before: readonly string[], after: readonly string[]): readonly (readonly [number, number])[] {
  const width = after.length + 1;
  if (before.length * after.length > mostPairs) return [];
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      lengths[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: [number, number][] = [];
  for (let i = 0, j = 0; i < before.length && j < after.length; )
    if (before[i] === after[j]) found.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  return found;
}

/** Returns the edits after a key: a new line gets its indentation, a closing brace the form of what it closes. */
export function typingFormatting(file: string, text: string, offset: number, key: string): readonly Edit[] {
  if (key === "\n") return indentation(file, text, offset);
  const around = parse(file, text).tree.declarations.find(({ span }) => span.start < offset && offset <= span.end);
  return around === undefined ? [] : rangeFormatting(file, text, { start: around.span.start, end: offset });
}

const openers: readonly unknown[] = [signs.open.type, signs.openSquare.type, signs.openBrace.type];
const closers: readonly unknown[] = [signs.close.type, signs.closeSquare.type, signs.closeBrace.type];

function indentation(file: string, text: string, offset: number): readonly Edit[] {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const blank = /^[ \t]*/.exec(text.slice(start))?.[0] ?? "";
  let depth = 0;
  for (const { tokenType, startOffset } of scan(file, text).tokens) {
    const first = startOffset === start + blank.length;
    if (startOffset >= start && !(first && closers.includes(tokenType))) break;
    if (openers.includes(tokenType)) depth++;
    else if (closers.includes(tokenType)) depth--;
    if (startOffset >= start) break;
  }
  const wanted = "  ".repeat(Math.max(0, depth));
  return blank === wanted ? [] : [{ span: { file, start, end: start + blank.length }, text: wanted }];
}

// Formatting as edits of whole lines, so that an editor keeps its cursor and folds where nothing changes.

import type { Edit } from "../diagnostics/diagnostic.ts";
import { format } from "../syntax/format.ts";

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

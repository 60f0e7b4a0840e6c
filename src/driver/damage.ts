// In a text with syntax errors, the checker works on the parser's guesses. Decides which of its findings there to report,
// and whether a guess was sure. Knows texts and places, no rules of the language.

import { type LineIndex, lineIndex } from "../base/lineIndex.ts";
import type { Span } from "../base/span.ts";
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";

interface Told {
  readonly unread: readonly Diagnostic[];
  readonly found: readonly Diagnostic[];
}
interface Heard extends Told {
  /** Those of the parser whose sure fix is no longer sure. */
  readonly guessed: readonly Diagnostic[];
}

const isSure = ({ fixes }: Diagnostic): boolean => fixes.some(({ sure }) => sure);

/** Calls `see` with each line of a place. */
function eachLine(index: LineIndex, { start, end }: Span, see: (line: number) => void): void {
  const last = index.position(Math.max(start, end - 1)).line;
  for (let { line } = index.position(start); line <= last; line++) see(line);
}

/** Unknown names, which no guess at what follows them makes. */
export const naming: ReadonlySet<string> = new Set(["NN002", "NN003", "NN005"]);

/**
 * Returns the diagnostics to report for one file: `unread` from the parser, `found` from the checker. In a line with a
 * syntax error, a finding without a sure fix mostly concerns the parser's guess. So it is left out, and the guess is not
 * sure. Advice waits until the whole file can be read.
 */
export function besideDamage(text: string, { unread, found }: Told): Heard {
  if (unread.length === 0) return { unread, found, guessed: [] };
  const index = lineIndex(text);
  const damaged = new Set<number>();
  const seeLine = (line: number): void => void damaged.add(line);
  for (const { span, fixes } of unread) {
    eachLine(index, span, seeLine);
    for (const { edits } of fixes) for (const edit of edits) eachLine(index, edit.span, seeLine);
  }
  const doubted = new Set<number>();
  const isNamed = (one: Diagnostic, line: number): boolean =>
    naming.has(one.code) &&
    unread.every(({ span }) => index.position(span.start).line !== line || one.span.end <= span.start);
  const told = found.filter((one) => {
    if (one.severity !== "error") return false;
    const { line } = index.position(one.span.start);
    if (!damaged.has(line) || isSure(one) || isNamed(one, line)) return true;
    doubted.add(line);
    return false;
  });
  const isDoubted = (fix: Fix): boolean => {
    let hit = false;
    for (const { span } of fix.edits)
      eachLine(index, span, (line) => {
        hit ||= doubted.has(line);
      });
    return hit;
  };
  const guessed: Diagnostic[] = [];
  const guarded = unread.map((one) => {
    const fixes = one.fixes.map((fix) => (fix.sure && isDoubted(fix) ? { ...fix, sure: false } : fix));
    const now = { ...one, fixes };
    if (fixes.some((fix, i) => fix !== one.fixes[i])) guessed.push(now);
    return now;
  });
  return { unread: guarded, found: told, guessed };
}

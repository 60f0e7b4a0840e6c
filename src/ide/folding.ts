// The parts of a text that an editor can fold: what stands in brackets over several lines, rows of comments, of imports.

import { lineIndex } from "../base/lineIndex.ts";
import { scan } from "../syntax/scan.ts";
import { signs, words } from "../syntax/tokens.ts";

export interface Fold {
  /** Lines, from 1. */
  readonly first: number;
  readonly last: number;
  readonly kind: "code" | "comment" | "imports";
}

const pairs = [
  [signs.open.type, signs.close.type],
  [signs.openSquare.type, signs.closeSquare.type],
  [signs.openBrace.type, signs.closeBrace.type],
] as const;

/** Returns the folds of a text in the order of their first lines. Works on tokens, so unfinished text folds too. */
export function folds(file: string, text: string): readonly Fold[] {
  const { tokens, comments } = scan(file, text);
  const index = lineIndex(text);
  const lineAt = (offset: number): number => index.position(offset).line;
  const found: Fold[] = [];
  const open: { readonly closer: unknown; readonly line: number }[] = [];
  for (const { tokenType, startOffset } of tokens) {
    const pair = pairs.find(([opener]) => opener === tokenType);
    if (pair !== undefined) open.push({ closer: pair[1], line: lineAt(startOffset) });
    else if (open.at(-1)?.closer === tokenType) {
      const first = open.pop()?.line ?? 0;
      // The line of the closing bracket stays in sight.
      const last = lineAt(startOffset) - 1;
      if (last > first) found.push({ first, last, kind: "code" });
    }
  }
  const alone = comments.filter(({ span: { start } }) => {
    const { line, column } = index.position(start);
    return (
      index
        .lineText(line)
        .slice(0, column - 1)
        .trim() === ""
    );
  });
  const imports = tokens.filter(({ tokenType, startOffset }) => {
    const { line, column } = index.position(startOffset);
    return (
      tokenType === words.import.type &&
      index
        .lineText(line)
        .slice(0, column - 1)
        .trim() === ""
    );
  });
  const rows = (lines: readonly number[], kind: Fold["kind"]): readonly Fold[] =>
    runs(lines).flatMap(([first, last]) => (last > first ? [{ first, last, kind }] : []));
  return [
    ...found,
    ...rows(
      alone.map(({ span }) => lineAt(span.start)),
      "comment",
    ),
    ...rows(
      imports.map(({ startOffset }) => lineAt(startOffset)),
      "imports",
    ),
  ].sort((a, b) => a.first - b.first || b.last - a.last);
}

/** Returns the first and last of each row of consecutive numbers. */
function runs(lines: readonly number[]): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else found.push([line, line]);
  }
  return found;
}

// The text to format, along with its tree: the matching brackets, the line breaks, and the comments still to write. It
// hands comments out in order, each once, so none is lost.

import type { Span } from "../../base/span.ts";
import type { Comment } from "../ast.ts";
import type { IToken } from "../chevrotain.ts";
import { endOf } from "../problem.ts";
import { scan } from "../scan.ts";
import { Newline } from "../tokens.ts";
import { blank, hardLine, type Layout, lineComment, sequence } from "./layout.ts";

export interface Source {
  slice(span: Span): string;
  /** The span without the parentheses around it, and their number. */
  bare(span: Span): { readonly span: Span; readonly parentheses: number };
  /** Returns the offset after the closer of the bracket that opens at an offset. */
  closing(open: number): number | undefined;
  /** Returns the offset of the first token at or after a place, the text's length if there is none. */
  tokenFrom(offset: number): number;
  /** Whether a line of the source ends between two places. */
  breaks(from: number, to: number): boolean;
  /** Whether there is an empty line right above the line of a place. */
  blankAbove(offset: number): boolean;
  /** Returns the next comment before a place, without handing it out. */
  pending(before: number): Comment | undefined;
  /** Hands out comments at the end of a line, up to a place. */
  trailing(before: number): Layout;
  /** Hands out all comments up to a place; those on their own lines keep them, and the empty lines above all but the first. */
  leading(before: number, where?: "first in a body"): Layout;
}

/** Returns the tokens of the text, and the ends of its brackets. */
interface Scanned {
  readonly file: string;
  readonly text: string;
  readonly tokens: readonly IToken[];
  readonly indexAt: ReadonlyMap<number, number>;
  readonly closers: ReadonlyMap<number, number>;
}

export function sourceOf(file: string, text: string, comments: readonly Comment[]): Source {
  const scanned = scannedOf(file, text);
  return {
    slice: ({ start, end }) => text.slice(start, end),
    bare: (span) => bareOf(scanned, span),
    closing: (offset) => scanned.closers.get(offset),
    tokenFrom: (offset) => firstToken(scanned, offset),
    breaks: (from, to) => text.slice(from, to).includes("\n"),
    blankAbove: (offset) => isBlankAbove(text, offset),
    ...handingOut(text, comments),
  };
}

function scannedOf(file: string, text: string): Scanned {
  const tokens = scan(file, text).tokens.filter(({ tokenType }) => tokenType !== Newline);
  const indexAt = new Map(tokens.map((token, i) => [token.startOffset, i]));
  const closers = new Map<number, number>();
  const open: number[] = [];
  for (const token of tokens) {
    if (/^[([{]$/.test(token.image)) open.push(token.startOffset);
    else if (/^[)\]}]$/.test(token.image)) {
      const opener = open.pop();
      if (opener !== undefined) closers.set(opener, endOf(token));
    }
  }
  return { file, text, tokens, indexAt, closers };
}

function firstToken({ text, tokens }: Scanned, offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.startOffset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return tokens[low]?.startOffset ?? text.length;
}

function bareOf({ file, text, tokens, indexAt, closers }: Scanned, span: Span): ReturnType<Source["bare"]> {
  let { start, end } = span;
  let parentheses = 0;
  while (text[start] === "(" && closers.get(start) === end) {
    const first = indexAt.get(start);
    const last = indexAt.get(end - 1);
    const [after, before] = [tokens[(first ?? 0) + 1], tokens[(last ?? 0) - 1]];
    if (first === undefined || last === undefined || after === undefined || before === undefined) break;
    start = after.startOffset;
    end = endOf(before);
    parentheses++;
  }
  return { span: { file, start, end }, parentheses };
}

/** Steps back over blanks. */
function blanksBefore(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && /[ \t\r\f\v\u00a0\ufeff]/.test(text[at - 1] ?? "")) at--;
  return at;
}

function standsAlone(text: string, comment: Comment): boolean {
  const before = blanksBefore(text, comment.span.start);
  return before === 0 || text[before - 1] === "\n";
}

function isBlankAbove(text: string, offset: number): boolean {
  const before = blanksBefore(text, offset);
  return before > 0 && text[before - 1] === "\n" && text[blanksBefore(text, before - 1) - 1] === "\n";
}

/** Hands the comments out in order, each once. */
function handingOut(text: string, comments: readonly Comment[]): Pick<Source, "pending" | "trailing" | "leading"> {
  let next = 0;
  const pending = (before: number): Comment | undefined => {
    const comment = comments[next];
    return comment !== undefined && comment.span.start < before ? comment : undefined;
  };
  const trailing = (before: number): Layout => {
    const parts: Layout[] = [];
    for (
      let comment = pending(before);
      comment !== undefined && !standsAlone(text, comment);
      comment = pending(before)
    ) {
      parts.push(lineComment(comment.text.trimEnd()));
      next++;
    }
    return sequence(parts);
  };
  const leading: Source["leading"] = (before, where) => {
    const parts: Layout[] = [trailing(before)];
    let first = where !== undefined;
    for (let comment = pending(before); comment !== undefined; comment = pending(before)) {
      const alone = standsAlone(text, comment);
      if (alone) parts.push(hardLine, ...(isBlankAbove(text, comment.span.start) && !first ? [blank] : []));
      first = false;
      parts.push(lineComment(comment.text.trimEnd()), hardLine);
      next++;
    }
    return sequence(parts);
  };
  return { pending, trailing, leading };
}

// The problems that the stages of the parser find, before they become diagnostics; and the names of tokens in messages.

import type { Fix, Related } from "../diagnostics/diagnostic.ts";
import { EOF, type IToken } from "./chevrotain.ts";
import { Newline } from "./tokens.ts";

/** Found where the text ends: that of a file, or a single value. */
export const endOfText = { end: "text" } as const;
export type Found = string | typeof endOfText;

/** The evidence for NN001, with offsets instead of a span. */
export interface Problem {
  readonly start: number;
  readonly end: number;
  readonly found: Found;
  readonly expected: string;
  readonly hint?: string;
  /** Replaces `[start, end)` of the text. */
  readonly fix?: {
    readonly title: string;
    readonly sure: boolean;
    readonly start: number;
    readonly end: number;
    readonly text: string;
  };
  /** Reported even where the statement around it has another problem. */
  readonly apart?: boolean;
  readonly related?: { readonly start: number; readonly end: number; readonly message: string };
}

/** The most problems a stage notes: work stays bounded, and nobody reads so many. */
const MOST = 1_000;

export interface ProblemList {
  readonly items: readonly Problem[];
  readonly full: boolean;
  push(problem: Problem): void;
}
export function problemList(): ProblemList {
  const items: Problem[] = [];
  return {
    items,
    get full() {
      return items.length >= MOST;
    },
    push(problem) {
      if (items.length < MOST) items.push(problem);
    },
  };
}

const LONGEST = 32;

/** Quotes the text for a message, on one short line. */
export function quoted(text: string): string {
  const visible = text
    .slice(0, 4 * LONGEST)
    .replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `'${visible.length > LONGEST ? `${visible.slice(0, LONGEST)}…` : visible}'`;
}

/** Names the token, as people say it. */
export function called(token: IToken): Found {
  if (token.tokenType === EOF) return endOfText;
  if (token.tokenType === Newline) return "the end of the line";
  if (token.image === "") return "nothing";
  if (token.image.startsWith('"')) return `the string ${quoted(token.image).slice(1, -1)}`;
  return token.image.startsWith("`") ? token.image : quoted(token.image);
}

/** Returns the offset after a token; chevrotain's own field points at the last character. */
export const endOf = (token: IToken): number =>
  token.endOffset === undefined ? token.startOffset + token.image.length : token.endOffset + 1;

/** Returns the problem as of a text that begins at `by`. */
export function shifted(problem: Problem, by: number): Problem {
  if (by === 0) return problem;
  const { fix, related } = problem;
  const moved = <T extends { readonly start: number; readonly end: number }>(place: T): T => ({
    ...place,
    start: place.start + by,
    end: place.end + by,
  });
  return {
    ...moved(problem),
    ...(fix === undefined ? {} : { fix: moved(fix) }),
    ...(related === undefined ? {} : { related: moved(related) }),
  };
}

export function fixOf(file: string, problem: Problem): Fix | undefined {
  const { fix } = problem;
  if (fix === undefined) return undefined;
  return {
    title: fix.title,
    sure: fix.sure,
    edits: [{ span: { file, start: fix.start, end: fix.end }, text: fix.text }],
  };
}
export function relatedOf(file: string, problem: Problem): readonly Related[] {
  const { related } = problem;
  return related === undefined
    ? []
    : [{ span: { file, start: related.start, end: related.end }, message: related.message }];
}

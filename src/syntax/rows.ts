// Tokens in rows and lines, for the stages that read what other languages write: places, partners of brackets, and tokens
// that stand for text without a meaning here.

import type { IToken, TokenType } from "./chevrotain.ts";
import { endOf, type Problem } from "./problem.ts";
import { tokenOf } from "./scan.ts";
import { AnyName, atoms, ForeignOperator, Identifier, Newline, signs, type TokenEntry } from "./tokens.ts";

export interface Place {
  readonly start: number;
  readonly end: number;
}

/** What a stage makes of tokens, and its problems. */
export interface Reading {
  readonly tokens: readonly IToken[];
  readonly problems: readonly Problem[];
  /** The places whose text is read as a whole: what single signs in it mean, is not said. */
  readonly unread: readonly Place[];
}

/** Where a line stands: between declarations, in a body, among clauses or in the brackets of a value. */
export type Where = "top" | "body" | "clauses" | "value";

/** What takes the place of tokens. */
export interface Idiom {
  /** How many tokens it takes the place of, from the place where it was found. */
  readonly used: number;
  /** How many tokens before it too. */
  readonly back?: number;
  readonly tokens: readonly IToken[];
  readonly problem: Problem;
}

/** What the rules look at. */
export interface Look {
  readonly text: string;
  readonly tokens: readonly IToken[];
  /** The place of the rule's first token. */
  readonly at: number;
  /** The tokens before, as they are read. */
  readonly before: readonly IToken[];
  readonly where: Where;
  /** Whether a body is around it. */
  readonly inBody: boolean;
}

export const isName = (token: IToken | undefined): boolean =>
  token !== undefined && (token.tokenType === AnyName || (token.tokenType.CATEGORIES?.includes(AnyName) ?? false));

export const isNumber = (token: IToken | undefined): boolean => token?.tokenType === atoms.number.type;

/** Whether a token begins right where the other ends. */
export const touches = (before: IToken | undefined, after: IToken | undefined): boolean =>
  before !== undefined && after !== undefined && endOf(before) === after.startOffset;

/** Returns a token of the language in place of others. */
export function standIn(
  { type, display }: Pick<TokenEntry, "type" | "display">,
  { start, end }: Place,
  image = display.slice(1, -1),
): IToken {
  return { ...tokenOf(type), image, startOffset: start, endOffset: end - 1 } as IToken;
}

export const aName = { type: Identifier, display: "a name" };
export const aLine = { type: Newline, display: "'\n'" };

/** Returns a value without a known meaning in place of what is reported. */
export function unreadValue({ start, end }: Place): readonly IToken[] {
  const blank = standIn(atoms.placeholder, { start, end: start });
  const sign = { ...tokenOf(ForeignOperator), image: "", startOffset: start, endOffset: start - 1 } as IToken;
  return [blank, sign, standIn(atoms.placeholder, { start, end })];
}

const openers = new Set<TokenType>([signs.open.type, signs.openSquare.type, signs.openBrace.type]);
const closers = new Set<TokenType>([signs.close.type, signs.closeSquare.type, signs.closeBrace.type]);
export const isOpener = (token: IToken): boolean => openers.has(token.tokenType);
export const isCloser = (token: IToken): boolean => closers.has(token.tokenType);

/** Returns the index of the bracket that closes the one at `index`; undefined if it is not closed. */
export function partnerOf(tokens: readonly IToken[], index: number): number | undefined {
  let depth = 0;
  const opener = tokens[index];
  if (opener === undefined || !isOpener(opener)) return undefined;
  for (let i = index; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) return undefined;
    if (isOpener(token)) depth++;
    else if (isCloser(token) && --depth === 0) return i;
  }
  return undefined;
}

/** Returns the index of the first token from `index` on that is outside brackets and fits, in the same statement. */
export function findOutside(
  tokens: readonly IToken[],
  index: number,
  fits: (token: IToken) => boolean,
): number | undefined {
  let depth = 0;
  for (let i = index; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) return undefined;
    if (depth === 0 && fits(token)) return i;
    if (depth === 0 && token.tokenType === Newline) return undefined;
    if (isOpener(token)) depth++;
    else if (isCloser(token) && --depth < 0) return undefined;
  }
  return undefined;
}

/** Returns the index after the last token of the statement at `index`: that of its newline or of the brace that ends it. */
export function statementEnd(tokens: readonly IToken[], index: number): number {
  let depth = 0;
  for (let i = index; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined || (depth === 0 && token.tokenType === Newline)) return i;
    if (isOpener(token)) depth++;
    else if (isCloser(token) && --depth < 0) return i;
  }
  return tokens.length;
}

/** Returns the place of the tokens from one index to before another. */
export function placeOf(tokens: readonly IToken[], from: number, to: number): Place {
  const [first, last] = [tokens[from], tokens[to - 1]];
  const start = first?.startOffset ?? 0;
  return { start, end: last === undefined ? start : Math.max(start, endOf(last)) };
}

/** `for i in range(3)`: how often the body runs, and the name that counts; `length` tokens say so. */
export interface CountedLoop {
  readonly name: string;
  readonly count: readonly IToken[];
  readonly length: number;
}

export function countedLoop(tokens: readonly IToken[], at: number): CountedLoop | undefined {
  const [word, name, within, range, open] = tokens.slice(at, at + 5);
  if (word?.image !== "for" || name === undefined || within?.image !== "in") return undefined;
  if (!isName(name) && name.tokenType !== atoms.placeholder.type) return undefined;
  if (range?.image !== "range" || open?.image !== "(") return undefined;
  const close = partnerOf(tokens, at + 4);
  const count = close === undefined ? [] : tokens.slice(at + 5, close);
  if (close === undefined || count.length === 0 || count.some(({ image }) => image === ",")) return undefined;
  return { name: name.image, count, length: close + 1 - at };
}

/** The problem of a place, with the text to write instead. */
export function instead(
  place: Place,
  expected: string,
  hint: string,
  found: string,
  fix: { readonly title: string; readonly at: Place; readonly text: string; readonly sure?: boolean },
): Problem {
  const { title, at, text, sure = true } = fix;
  return { ...place, found, expected, hint, fix: { title, sure, ...at, text } };
}

// Keeps the newlines that end a statement and drops all others, so that the grammar need not mention them. Knows only
// brackets and the neighbours of a newline.

import type { IToken, TokenType } from "./chevrotain.ts";
import { BinaryOperator, ForeignOperator, Newline, signs, words } from "./tokens.ts";

// A sign without a meaning tells nothing about the lines next to it.
const isBinary = (type: TokenType): boolean =>
  type !== ForeignOperator && (type.CATEGORIES?.includes(BinaryOperator) ?? false);

const openers = new Set<TokenType>([signs.open.type, signs.openSquare.type, signs.openBrace.type]);
const closers = new Set<TokenType>([signs.close.type, signs.closeSquare.type, signs.closeBrace.type]);
/** A line goes on after these. */
const unfinished = new Set<TokenType>([
  signs.comma.type,
  signs.assign.type,
  signs.colon.type,
  signs.dot.type,
  signs.openBrace.type,
  words.not.type,
]);
/** A line that starts with one of these continues the line before. `-` may also begin a value. */
const continuing = new Set<TokenType>([words.else.type, signs.close.type, signs.closeSquare.type]);
/** Whether a line that starts with such a token continues the line before. */
export const lineContinues = (type: TokenType): boolean =>
  continuing.has(type) || (isBinary(type) && type !== signs.minus.type);

/** Drops the newlines that end nothing, and all but one of several in a row. Brackets must match. */
export function dropNewlines(tokens: readonly IToken[]): IToken[] {
  const out: IToken[] = [];
  const brackets: TokenType[] = [];
  let pending: IToken | undefined;
  for (const token of tokens) {
    const type = token.tokenType;
    if (type === Newline) {
      pending ??= token;
      continue;
    }
    if (pending !== undefined) {
      const previous = out.at(-1)?.tokenType;
      const inBrackets = brackets.length > 0 && brackets.at(-1) !== signs.openBrace.type;
      const dropped =
        previous === undefined || inBrackets || unfinished.has(previous) || isBinary(previous) || lineContinues(type);
      if (!dropped) out.push(pending);
      pending = undefined;
    }
    if (openers.has(type)) brackets.push(type);
    else if (closers.has(type)) brackets.pop();
    out.push(token);
  }
  if (pending !== undefined && out.length > 0) out.push(pending);
  return out;
}

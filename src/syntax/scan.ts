// Text to tokens. Understands words of other languages (`&&`, `#`, `;`, `'…'`), reports each with the word that belongs
// there, and hands on that word. Knows nothing of the meaning of brackets or newlines.

import { append } from "../base/append.ts";
import type { Comment } from "./ast.ts";
import { type ILexingError, type IToken, Lexer, type TokenType } from "./chevrotain.ts";
import { blockComment, docString, early, type Foreign, inBrackets, late, openString, semicolon } from "./foreign.ts";
import { type Problem, type ProblemList, problemList, quoted } from "./problem.ts";
import {
  atoms,
  Blank,
  commentEntries,
  ForeignOperator,
  Identifier,
  Newline,
  signs,
  type TokenEntry,
  tokenTable,
} from "./tokens.ts";

const all = [...early, ...late];
const byType = new Map(all.map((entry) => [entry.type, entry]));
const stringEntry = atoms.string.type;
/** Tokens whose text is their value. */
const respelled = new Set<TokenType>([stringEntry, atoms.quotedName.type, atoms.number.type]);
const imageOf = new Map<TokenType, string>(
  tokenTable.filter(({ display }) => /^'.*'$/.test(display)).map(({ type, display }) => [type, display.slice(1, -1)]),
);

const openers = new Map<TokenType, TokenEntry>([
  [signs.open.type, signs.close],
  [signs.openSquare.type, signs.closeSquare],
  [signs.openBrace.type, signs.closeBrace],
]);
const closers = [...openers.values()];

const lexer = new Lexer(
  [
    Blank,
    Newline,
    ...early.map(({ type }) => type),
    ...tokenTable.map(({ type }) => type),
    Identifier,
    ...late.map(({ type }) => type),
  ],
  { positionTracking: "onlyOffset", skipValidations: true, safeMode: false },
);

export interface Scanned {
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
  readonly problems: readonly Problem[];
}

/** Returns the value of a string token, or undefined where an escape is not one of JSON's. */
export function stringValue(image: string): string | undefined {
  try {
    // JSON refuses raw control characters, such as tabs.
    return JSON.parse(
      image.replace(/\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
    ) as string;
  } catch {
    return undefined;
  }
}

export const divisionHint = "'//' starts a comment; '/' divides whole numbers";

/** Returns all tokens of a text, including newlines, and its comments apart. Never throws. */
export function scan(file: string, text: string): Scanned {
  const result = lexer.tokenize(text);
  const problems = problemList();
  const lexed = [...result.tokens, ...result.errors.map((error) => unreadable(text, error))];
  const comments: Comment[] = [];
  for (const token of result.groups.comments ?? []) {
    const image = token.image.replace(/\r$/, "");
    const start = token.startOffset;
    if (isQuotient(text, image, start)) append(lexed, quotient(text, start, start + image.length));
    else
      comments.push({
        kind: token.tokenType === commentEntries.doc.type ? "doc" : "line",
        text: image,
        span: { file, start, end: start + image.length },
      });
  }
  if (lexed.length > result.tokens.length) lexed.sort((a, b) => a.startOffset - b.startOffset);
  const tokens: IToken[] = [];
  /** The types of the open brackets. */
  const open: TokenType[] = [];
  for (const token of lexed) {
    if (openers.has(token.tokenType)) open.push(token.tokenType);
    else if (openers.get(open.at(-1) ?? Newline)?.type === token.tokenType) open.pop();
    understand(text, token, open.length > 0 && open.at(-1) !== signs.openBrace.type, tokens, problems);
  }
  return { tokens, comments, problems: problems.items };
}

/** Reports the fault of a token and returns the intended one. `bracketed`: the nearest open bracket is not a body's. */
function understand(text: string, lexed: IToken, bracketed: boolean, out: IToken[], problems: ProblemList): void {
  const tail = lexed.tokenType === openString ? closersAtEnd(lexed.image) : "";
  const token = tail === "" ? lexed : { ...lexed, image: lexed.image.slice(0, -tail.length) };
  if (token.tokenType === ForeignOperator) {
    problems.push(unknown(token));
    out.push(token);
    return;
  }
  const entry = token.tokenType === semicolon && bracketed ? inBrackets : byType.get(token.tokenType);
  if (entry === undefined) {
    out.push(token);
    if (token.tokenType === stringEntry && stringValue(token.image) === undefined) problems.push(badEscape(token));
    return;
  }
  problems.push(misspelt(text, token, entry));
  if (entry.meant === undefined) return;
  const respelt = respelled.has(entry.meant);
  const image = respelt ? entry.spelling?.(token.image) : imageOf.get(entry.meant);
  const endOffset = token.startOffset + token.image.length - 1;
  out.push({ ...token, ...tokenOf(entry.meant), image: image ?? token.image, endOffset });
  for (const [i, sign] of [...tail].entries()) {
    const closer = closers.find(({ display }) => display === `'${sign}'`);
    const startOffset = token.startOffset + token.image.length + i;
    if (closer !== undefined) out.push({ ...tokenOf(closer.type), image: sign, startOffset });
  }
}

/** Returns a character that begins no token, as a sign without a meaning. */
const unreadable = (text: string, { offset, length }: Pick<ILexingError, "offset" | "length">): IToken => ({
  ...tokenOf(ForeignOperator),
  image: text.slice(offset, offset + length),
  startOffset: offset,
  endOffset: offset + length - 1,
});

const unknown = (token: IToken): Problem => ({
  start: token.startOffset,
  end: token.startOffset + token.image.length,
  found: quoted(token.image),
  expected: "a name, a value or an operator",
  ...(token.image === "//" ? { hint: divisionHint } : {}),
});

/**
 * `Dense(7 // 2)`, `repeat 7 // 2 {`: after a value, a comment is none if it holds the partner of a bracket before it, or
 * the brace that the line still needs.
 */
function isQuotient(text: string, comment: string, start: number): boolean {
  const before = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  if (/^\/\/(?!\/)[^()[\]{}]*\{/.test(comment) && /\b(?:repeat|if)\s[^{}]*[\w)\]]\s*$/.test(before)) return true;
  const closer = /^\/\/(?!\/)[^()[\]{}]*([)\]])/.exec(comment)?.[1];
  if (closer === undefined) return false;
  const opener = closer === ")" ? "(" : "[";
  return /[\w)\]]\s*$/.test(before) && before.split(opener).length > before.split(closer).length;
}

/** Returns the tokens of `// 2)`: a sign without a meaning, and the tokens of the rest. */
function quotient(text: string, start: number, end: number): readonly IToken[] {
  const from = start + 2;
  const { tokens, errors } = lexer.tokenize(text.slice(from, end));
  const rest = tokens.map((token) => ({
    ...token,
    startOffset: token.startOffset + from,
    ...(token.endOffset === undefined ? {} : { endOffset: token.endOffset + from }),
  }));
  const lost = errors.map((error) => unreadable(text, { ...error, offset: error.offset + from }));
  return [unreadable(text, { offset: start, length: 2 }), ...rest, ...lost];
}

/** Finds the brackets and blanks at the end of an unclosed string: they hardly belong to it. */
function closersAtEnd(image: string): string {
  let at = image.length;
  while (at > 1 && ")]} \t\r".includes(image[at - 1] ?? "")) at--;
  return image.slice(at);
}

/** Returns the type of a token, with the number that the parser knows it by. */
export function tokenOf(tokenType: TokenType): Pick<IToken, "tokenType" | "tokenTypeIdx"> {
  return { tokenType, tokenTypeIdx: tokenType.tokenTypeIdx ?? -1 };
}

function badEscape(token: IToken): Problem {
  return {
    start: token.startOffset,
    end: token.startOffset + token.image.length,
    found: "an unknown escape",
    expected: "one of JSON's escapes",
    hint: 'the escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u0041',
  };
}

/** Whether only blanks and comments follow `offset` on its line. */
const lineEndsAt = (text: string, offset: number): boolean =>
  /^[ \t\r]*(?:\n|\/\/|$)/.test(text.slice(offset, offset + 200));

function misspelt(text: string, token: IToken, entry: Foreign): Problem {
  const start = token.startOffset;
  const end = start + token.image.length;
  const fix = fixOf(text, token, entry);
  return {
    start,
    end,
    found: entry.found ?? quoted(token.image),
    expected: entry.expected,
    ...(entry.hint === undefined ? {} : { hint: entry.hint }),
    ...(fix === undefined ? {} : { fix: { ...fix, start, end } }),
  };
}

/** A word that takes the place of a sign needs blanks around it: `a&&b`. */
function apart(text: string, start: number, end: number, spelling: string): string {
  const before = /^\w/.test(spelling) && /\w/.test(text.charAt(start - 1)) ? " " : "";
  const after = /\w$/.test(spelling) && /\w/.test(text.charAt(end)) ? " " : "";
  return `${before}${spelling}${after}`;
}

function fixOf(
  text: string,
  token: IToken,
  entry: Foreign,
): Pick<NonNullable<Problem["fix"]>, "title" | "sure" | "text"> | undefined {
  const end = token.startOffset + token.image.length;
  if (entry.meant === ForeignOperator) return undefined;
  const spelling = entry.spelling?.(token.image);
  if (spelling === undefined)
    return lineEndsAt(text, end)
      ? { title: "leave it out", sure: true, text: "" }
      : { title: "start a new line", sure: true, text: "\n" };
  const title = `write ${spelling.length > 40 ? "it like this" : spelling}`;
  if (entry.type !== blockComment && entry.type !== docString) {
    const sure = entry.type !== openString && entry.isSure?.(token.image) !== false;
    return { title, sure, text: apart(text, token.startOffset, end, spelling) };
  }
  // No part of the program may end up in the comment.
  const alone = /^\s*$/.test(text.slice(text.lastIndexOf("\n", token.startOffset - 1) + 1, token.startOffset));
  const last = lineEndsAt(text, end);
  return { title, sure: alone || last, text: last ? spelling : `${spelling}\n` };
}

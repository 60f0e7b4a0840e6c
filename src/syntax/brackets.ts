// Makes brackets match before parsing: puts missing ones in where indentation and lines suggest, and takes extra ones out,
// each with one problem. So the parser sees only balanced text.

import type { IToken, TokenType } from "./chevrotain.ts";
import { endOf, endOfText, type Problem, problemList, quoted } from "./problem.ts";
import { tokenOf } from "./scan.ts";
import { Newline, signs, words } from "./tokens.ts";

export const MAX_NESTING = 256;

const closerOf = new Map<TokenType, { readonly type: TokenType; readonly image: string }>([
  [signs.open.type, { type: signs.close.type, image: ")" }],
  [signs.openSquare.type, { type: signs.closeSquare.type, image: "]" }],
  [signs.openBrace.type, { type: signs.closeBrace.type, image: "}" }],
]);
const closers = new Set([...closerOf.values()].map(({ type }) => type));
const headed = new Set<TokenType>([words.dataset.type, words.block.type, words.model.type, words.train.type]);
const declares = new Set<TokenType>([...headed, words.import.type, words.const.type]);

interface Frame {
  readonly opener: IToken;
  readonly closer: { readonly type: TokenType; readonly image: string };
  readonly line: number;
  /** The indentation of its line. */
  readonly indent: number;
  /** The index of the token before which the closer seems to be missing. */
  candidate?: number;
  /** Whether an `if` or `repeat` is inside, so that a `{` may follow on the line. */
  control: boolean;
}
interface Line {
  readonly number: number;
  readonly indent: number;
}

export interface Balanced {
  readonly tokens: readonly IToken[];
  readonly problems: readonly Problem[];
  /** The first bracket with too deep a nesting; then there are no tokens. */
  readonly tooDeep?: IToken;
}

const invented = (type: TokenType, image: string, offset: number): IToken =>
  ({ ...tokenOf(type), image, startOffset: offset, endOffset: offset - 1 }) as IToken;

/** Finds whether every bracket has its partner, and the first bracket with too deep a nesting. */
function survey(tokens: readonly IToken[]): { readonly matched: boolean; readonly tooDeep?: IToken } {
  const stack: TokenType[] = [];
  let matched = true;
  for (const token of tokens) {
    const closer = closerOf.get(token.tokenType);
    if (closer !== undefined) {
      stack.push(closer.type);
      if (stack.length > MAX_NESTING) return { matched, tooDeep: token };
    } else if (closers.has(token.tokenType)) {
      if (stack.at(-1) === token.tokenType) stack.pop();
      else matched = false;
    }
  }
  return { matched: matched && stack.length === 0 };
}

/** Puts in and takes out brackets until all match. `last`: whether the file ends with this text. */
export function balance(text: string, tokens: readonly IToken[], last = true): Balanced {
  const { matched, tooDeep } = survey(tokens);
  if (tooDeep !== undefined) return { tokens: [], problems: [], tooDeep };
  return matched ? { tokens, problems: [] } : repair(text, tokens, last);
}

/** The state of the pass over the tokens, and its decisions so far. */
interface Repair {
  readonly tokens: readonly IToken[];
  readonly lines: readonly Line[];
  readonly problems: ReturnType<typeof problemList>;
  /** The brackets to put in, by the index of the token they precede. */
  readonly insertions: Map<number, IToken[]>;
  readonly dropped: Set<number>;
  readonly stack: Frame[];
  /** The header of the last top-level declaration that still lacks its body. */
  header: number | undefined;
  readonly last: boolean;
}

function repair(text: string, tokens: readonly IToken[], last: boolean): Balanced {
  const state: Repair = {
    tokens,
    last,
    lines: linesOf(text, tokens),
    problems: problemList(),
    insertions: new Map(),
    dropped: new Set(),
    stack: [],
    header: undefined,
  };
  for (const [i, token] of tokens.entries()) look(state, i, token);
  closeDown(state, 0, last ? tokens.length : afterText(tokens, tokens.length));
  const out: IToken[] = [];
  for (let i = 0; i <= tokens.length; i++) {
    out.push(...(state.insertions.get(i) ?? []));
    const token = tokens[i];
    if (token !== undefined && !state.dropped.has(i)) out.push(token);
  }
  return { tokens: out, problems: state.problems.items };
}

const lineAt = (state: Repair, index: number): Line => state.lines[index] ?? { number: 0, indent: 0 };

/** Takes one token in. If it shows that a bracket is missing or extra, corrects that. */
function look(state: Repair, i: number, token: IToken): void {
  const { tokens, stack } = state;
  const type = token.tokenType;
  const line = lineAt(state, i);
  const first = i === 0 || lineAt(state, i - 1).number !== line.number || tokens[i - 1]?.tokenType === Newline;
  const top = stack.at(-1);
  if (first && declares.has(type) && startsDeclaration(tokens, i)) startDeclaration(state, i, type);
  if (type === Newline) {
    const next = tokens[i + 1];
    // After a text that is not the last, another declaration begins a line.
    if (next === undefined && !state.last) markLineEnd(stack, i, { number: line.number + 1, indent: 0 });
    if (next !== undefined && next.tokenType !== Newline) markLineEnd(stack, i, lineAt(state, i + 1), next.tokenType);
    return;
  }
  if (top !== undefined && (type === words.if.type || type === words.repeat.type)) top.control = true;
  // Neither can be in a shape or list.
  if ((type === signs.assign.type || type === signs.openBrace.type) && top?.closer.image === "]" && !top.control)
    top.candidate ??= i;
  if (closerOf.has(type)) open(state, i, token);
  else if (closers.has(type)) meetCloser(state, i, token, first ? line.indent : undefined);
}

function startDeclaration(state: Repair, i: number, type: TokenType): void {
  const outermost = state.stack[0];
  if (outermost !== undefined && lineAt(state, i).indent <= outermost.indent)
    closeDown(state, 0, afterText(state.tokens, i));
  if (state.stack.length === 0) state.header = headed.has(type) ? i : undefined;
}

function open(state: Repair, i: number, token: IToken): void {
  const { stack, tokens } = state;
  const closer = closerOf.get(token.tokenType);
  if (closer === undefined) return;
  if (token.tokenType === signs.openBrace.type) {
    if (tokens[i + 1]?.tokenType === Newline) markBodyStart(stack, i);
    if (stack.length === 0 || stack.every((frame) => frame.candidate !== undefined)) state.header = undefined;
  }
  const { number, indent } = lineAt(state, i);
  stack.push({ opener: token, closer, line: number, indent, control: false });
}

/** Closes the frame of the closer, opens the body that it ends, or takes the closer out. */
function meetCloser(state: Repair, i: number, token: IToken, indent: number | undefined): void {
  const { stack } = state;
  const at = partner(stack, token.tokenType, indent, lineAt(state, i).number);
  if (at !== undefined) {
    closeDown(state, at + 1, i);
    stack.pop();
  } else if (token.tokenType === signs.closeBrace.type && stack.length === 0 && state.header !== undefined) {
    openBody(state, state.header);
    state.header = undefined;
  } else drop(state, i, token);
}

function drop(state: Repair, i: number, token: IToken): void {
  const place = { start: token.startOffset, end: endOf(token) };
  state.dropped.add(i);
  state.problems.push({
    ...place,
    found: quoted(token.image),
    expected: "the end of the line",
    hint: `this ${quoted(token.image)} closes nothing`,
    fix: { title: `leave out ${quoted(token.image)}`, sure: false, ...place, text: "" },
  });
}

function insert(state: Repair, before: number, token: IToken): void {
  state.insertions.set(before, [...(state.insertions.get(before) ?? []), token]);
}

/** Returns the end of the last token before, without newlines. */
function placeBefore(state: Repair, index: number): number {
  for (let i = index - 1; i >= 0; i--) {
    const token = state.tokens[i];
    if (token !== undefined && token.tokenType !== Newline) return endOf(token);
  }
  return 0;
}

function closeDown(state: Repair, to: number, here: number): void {
  while (state.stack.length > to) {
    const frame = state.stack.pop();
    if (frame !== undefined) close(state, frame, here);
  }
}

/** Puts in the closer of a frame at the place where it seems to be missing. */
function close(state: Repair, frame: Frame, here: number): void {
  const before = frame.candidate ?? here;
  const offset = placeBefore(state, before);
  const next = state.tokens[before];
  const brace = frame.closer.image === "}";
  const wanted = `'${frame.closer.image}'`;
  const atEnd = next === undefined && state.last;
  const atLineEnd = next === undefined || next.tokenType === Newline || brace;
  insert(state, before, invented(frame.closer.type, frame.closer.image, offset));
  state.problems.push({
    start: atLineEnd ? Math.max(0, offset - 1) : next.startOffset,
    end: atLineEnd ? offset : endOf(next),
    found: atEnd ? endOfText : atLineEnd ? "the end of the line" : quoted(next.image),
    expected: wanted,
    hint: `a ${wanted} is missing`,
    fix: {
      title: `add ${wanted}`,
      sure: frame.candidate !== undefined || atEnd,
      start: offset,
      end: offset,
      text: brace ? `\n${" ".repeat(frame.indent)}}` : frame.closer.image,
    },
    ...(brace ? { apart: true } : {}),
    related: {
      start: frame.opener.startOffset,
      end: endOf(frame.opener),
      message: `this '${frame.opener.image}' is not closed`,
    },
  });
}

/** Puts in the `{` that a header lacks. */
function openBody(state: Repair, header: number): void {
  let end = header;
  while (end < state.tokens.length && state.tokens[end]?.tokenType !== Newline) end++;
  const offset = placeBefore(state, end);
  insert(state, end, invented(signs.openBrace.type, "{", offset));
  state.problems.push({
    start: Math.max(0, offset - 1),
    end: offset,
    found: "the end of the line",
    expected: "'{'",
    hint: "a '{' is missing",
    apart: true,
    fix: { title: "add '{'", sure: true, start: offset, end: offset, text: " {" },
  });
}

/** Whether a declaration starts here: a name follows its keyword or, for imports, a string. */
function startsDeclaration(tokens: readonly IToken[], index: number): boolean {
  const next = tokens[index + 1]?.image ?? "";
  return /^[A-Za-z_`"]/.test(next);
}

/** Returns the index before the newlines before a token. */
function afterText(tokens: readonly IToken[], index: number): number {
  let at = index;
  while (at > 0 && tokens[at - 1]?.tokenType === Newline) at--;
  return at;
}

/** At the end of a line, marks brackets that the next line seems to be outside of: they lack their closer here. */
function markLineEnd(stack: readonly Frame[], index: number, next: Line, type?: TokenType): void {
  const ended = type === signs.closeBrace.type;
  if (type !== undefined && closers.has(type) && !ended) return;
  for (let i = stack.length - 1; i >= 0; i--) {
    const frame = stack[i];
    if (frame === undefined || frame.closer.image === "}") return;
    if (ended || next.indent <= frame.indent) frame.candidate ??= index;
  }
}

/** Before a `{` that ends its line, marks parentheses that lack their closer, unless an `if` or `repeat` is in them. */
function markBodyStart(stack: readonly Frame[], index: number): void {
  for (let i = stack.length - 1; i >= 0; i--) {
    const frame = stack[i];
    if (frame === undefined || frame.closer.image === "}" || frame.control) return;
    frame.candidate ??= index;
  }
}

/** Returns the frame that a closer closes; undefined if it closes none. */
function partner(
  stack: readonly Frame[],
  type: TokenType,
  indent: number | undefined,
  line: number,
): number | undefined {
  const brace = type === signs.closeBrace.type;
  let fallback: number | undefined;
  for (let i = stack.length - 1; i >= 0; i--) {
    const frame = stack[i];
    if (frame === undefined) break;
    if (frame.closer.type === type) {
      // A `}` at the start of its line belongs to the line with the same indentation, if there is one.
      if (!brace || indent === undefined || frame.indent === indent) return i;
      if (frame.indent < indent) return fallback ?? i;
      fallback ??= i;
    }
    // Parentheses cannot enclose a body, except on one line.
    if (!brace && frame.closer.image === "}" && frame.line !== line) return undefined;
  }
  return fallback;
}

function indentAt(text: string, offset: number): number {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  let end = start;
  while (text[end] === " " || text[end] === "\t") end++;
  return end - start;
}

function linesOf(text: string, tokens: readonly IToken[]): Line[] {
  const lines: Line[] = [];
  let line: Line = { number: 0, indent: tokens[0] === undefined ? 0 : indentAt(text, tokens[0].startOffset) };
  let fresh = false;
  for (const token of tokens) {
    if (fresh) line = { number: line.number + 1, indent: indentAt(text, token.startOffset) };
    fresh = token.image === "\n";
    lines.push(line);
  }
  return lines;
}

// Slips that leave no doubt about the meaning: a comma too few or too many, `=` for `:`, Python's `True`. Reports each
// with its fix and corrects the tokens, so that the parser reads the intended text.

import type { IToken, TokenType } from "./chevrotain.ts";
import { endOf, type Problem, problemList, quoted } from "./problem.ts";
import { tokenOf } from "./scan.ts";
import { AnyName, atoms, Newline, signs, type TokenEntry, words } from "./tokens.ts";

const literals = new Set<TokenType>([
  ...Object.values(atoms).map(({ type }) => type),
  words.true.type,
  words.false.type,
]);
const isName = (token: IToken | undefined): boolean =>
  token !== undefined && (token.tokenType === AnyName || (token.tokenType.CATEGORIES?.includes(AnyName) ?? false));
const endsValue = (token: IToken): boolean =>
  literals.has(token.tokenType) || isName(token) || token.image === ")" || token.image === "]" || token.image === "}";
const startsValue = (token: IToken): boolean =>
  literals.has(token.tokenType) ||
  isName(token) ||
  token.tokenType === words.if.type ||
  token.tokenType === words.repeat.type;

/** Returns a token of no length right before `offset`. */
const inserted = (entry: TokenEntry, offset: number): IToken =>
  ({ ...tokenOf(entry.type), image: entry.display.slice(1, -1), startOffset: offset, endOffset: offset - 1 }) as IToken;

type Frame = "call" | "list" | "parameters" | "body" | "clauses" | "fields";
const declared = new Map<TokenType, Frame>([
  [words.model.type, "body"],
  [words.block.type, "body"],
  [words.dataset.type, "fields"],
  [words.train.type, "clauses"],
]);
const starts = (token: IToken | undefined): boolean => token?.image === "(" || token?.image === ",";

/** The state of the pass over the tokens, and the corrections so far. */
interface Repair {
  readonly out: IToken[];
  readonly problems: ReturnType<typeof problemList>;
  readonly frames: Frame[];
  /** The content of the declaration's braces. */
  holds: Frame;
  /** The first token of the line. */
  head: IToken | undefined;
}

/** Corrects slips that leave no doubt, and reports each. */
export function repairSlips(tokens: readonly IToken[]): {
  readonly tokens: IToken[];
  readonly problems: readonly Problem[];
} {
  const state: Repair = { out: [], problems: problemList(), frames: [], holds: "body", head: undefined };
  for (const [i, token] of tokens.entries()) {
    const { out, frames } = state;
    const next = tokens[i + 1];
    const previous = out.at(-1);
    const onNewLine = previous === undefined || previous.tokenType === Newline || previous.image === "{";
    if (onNewLine) state.head = token;
    if (frames.length === 0 && onNewLine) state.holds = declared.get(token.tokenType) ?? state.holds;
    if (previous !== undefined) fillIn(state, token, previous, next);
    const frame = frames.at(-1);
    enter(state, token, frame);
    write(state, token, frame, next, tokens[i + 2]);
  }
  return { tokens: state.out, problems: state.problems.items };
}

/** Keeps track of the brackets. */
function enter({ out, frames, holds }: Repair, token: IToken, frame: Frame | undefined): void {
  if (token.image === "(") frames.push(frames.length === 0 && isName(out.at(-1)) ? "parameters" : "call");
  else if (token.image === "[") frames.push("list");
  else if (token.image === "{") frames.push(frames.length === 0 ? holds : inner(frame));
  else if (token.image === ")" || token.image === "]" || token.image === "}") frames.pop();
}

/** Writes the token, or the one that the author meant. */
function write(
  state: Repair,
  token: IToken,
  frame: Frame | undefined,
  next: IToken | undefined,
  second: IToken | undefined,
): void {
  const { out } = state;
  const isOption = frame === "call" && isName(out.at(-1)) && starts(out.at(-2));
  if (token.image === "," && closesList(next) && frame !== "body" && frame !== undefined) dropComma(state, token, next);
  else if (token.image === "," && frame === "body" && next !== undefined && !isEntry(next, second))
    breakLine(state, token, next);
  else if (token.tokenType === signs.assign.type && isOption) writeColon(state, token, next);
  else if (token.image === "True" && next?.image !== ":")
    replace(state, token, words.true, "true", "write it in lower case");
  else if (token.image === "False" && next?.image !== ":")
    replace(state, token, words.false, "false", "write it in lower case");
  else out.push(token);
}

const closesList = (token: IToken | undefined): token is IToken => token?.image === ")" || token?.image === "]";

/** Adds the token that is missing before this one, after the one written last. */
function fillIn(state: Repair, token: IToken, previous: IToken, next: IToken | undefined): void {
  const { out, frames, head } = state;
  const frame = frames.at(-1);
  const spaced = endOf(previous) < token.startOffset;
  const before = out.at(-2);
  if (frame === "call" || frame === "list" || frame === "parameters") {
    if (!spaced || !endsValue(previous) || !startsValue(token)) return;
    const untyped = frame === "parameters" && starts(before) && isName(previous);
    addSign(state, token, untyped ? signs.colon : signs.comma, endOf(previous));
  } else if (frame === "fields") {
    const isField = head?.tokenType === words.input.type || head?.tokenType === words.target.type;
    if (isField && isName(token) && isName(previous) && previous !== head && (before === head || starts(before)))
      addSign(state, token, signs.colon, endOf(previous));
  } else if (frame === "body" && head === token && isName(token) && next?.tokenType === signs.assign.type)
    addLet(state, token, next);
}

function replace({ out, problems }: Repair, token: IToken, entry: TokenEntry, text: string, hint: string): void {
  const [start, end] = [token.startOffset, endOf(token)];
  const fix = { title: `write ${text}`, sure: true, start, end, text };
  problems.push({ start, end, found: quoted(token.image), expected: `'${text}'`, hint, fix });
  out.push({ ...token, ...tokenOf(entry.type), image: text, endOffset: end - 1 });
}

/** `padding=1` is `padding: 1`, however it is spaced. */
function writeColon({ out, problems }: Repair, token: IToken, next: IToken | undefined): void {
  const [start, end] = [token.startOffset, endOf(token)];
  const before = out.at(-1);
  const text = next !== undefined && next.startOffset === end ? ": " : ":";
  const fix = { title: "write :", sure: true, start: before === undefined ? start : endOf(before), end, text };
  const hint = "write an option as name: value";
  problems.push({ start, end, found: "'='", expected: "':'", hint, fix });
  out.push({ ...token, ...tokenOf(signs.colon.type), image: ":", endOffset: end - 1 });
}

function addSign({ out, problems }: Repair, token: IToken, entry: TokenEntry, at: number): void {
  const text = entry.display.slice(1, -1);
  const fix = { title: `add '${text}'`, sure: true, start: at, end: at, text };
  const [start, end] = [token.startOffset, endOf(token)];
  const hint = `a '${text}' is missing`;
  problems.push({ start, end, found: quoted(token.image), expected: `'${text}'`, hint, fix });
  out.push(inserted(entry, at));
}

function addLet({ out, problems }: Repair, token: IToken, next: IToken): void {
  problems.push({
    start: next.startOffset,
    end: endOf(next),
    found: "'='",
    expected: "an operator or the end of the line",
    hint: "'let' gives a value its name",
    fix: { title: "add 'let'", sure: true, start: token.startOffset, end: token.startOffset, text: "let " },
  });
  out.push(inserted(words.let, token.startOffset));
}

/** Drops a comma after the last item of a list. */
function dropComma({ problems }: Repair, token: IToken, next: IToken): void {
  const [start, end] = [token.startOffset, endOf(token)];
  const fix = { title: "leave out ','", sure: true, start, end, text: "" };
  const hint = "no ',' follows the last one";
  problems.push({ start, end, found: "','", expected: quoted(next.image), hint, fix });
}

/** Ends the line at a comma between the lines of a body. */
function breakLine({ out, problems }: Repair, token: IToken, next: IToken): void {
  const [start, end] = [token.startOffset, endOf(token)];
  // A second newline does no harm.
  const title = next.startOffset > end + 1 ? "leave out ','" : "start a new line";
  const fix = { title, sure: true, start, end, text: "\n" };
  const hint = "list layers one below another, without ','";
  problems.push({ start, end, found: "','", expected: "the end of the line", hint, fix });
  out.push({ ...token, ...tokenOf(Newline), image: "\n" });
}

/** Whether an entry of a record follows, `price: h`, or its end. */
const isEntry = (token: IToken, next: IToken | undefined): boolean =>
  token.image === "}" || next?.tokenType === signs.colon.type;

/** Returns the frame of braces inside another bracket: records in clauses have no statements. */
const inner = (frame: Frame | undefined): Frame => (frame === "clauses" || frame === "fields" ? "clauses" : "body");

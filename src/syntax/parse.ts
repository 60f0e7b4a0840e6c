// Text to tree: the only entrance to the parser. Takes any text, never throws, and reports each damaged statement once.

import { type Placing, placed, placingOf } from "../base/layout.ts";
import type { Limit } from "../diagnostics/catalogue/system.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Comment, Declaration, Expr, SourceFile } from "./ast.ts";
import { balance, MAX_NESTING } from "./brackets.ts";
import type { IToken } from "./chevrotain.ts";
import { readIdioms } from "./idioms.ts";
import { dropNewlines } from "./newlines.ts";
import { nnParser, type Read } from "./parser/declarations.ts";
import { MAX_ROW } from "./parser/values.ts";
import { piecesOf } from "./pieces.ts";
import { fixOf, type Problem, quoted, relatedOf, shifted } from "./problem.ts";
import { repairSlips } from "./repairs.ts";
import type { Place } from "./rows.ts";
import { divisionHint, scan } from "./scan.ts";
import { readSuites } from "./suites.ts";

/** The longest text in UTF-16 units; the parser refuses a longer one unread. */
export const MAX_LENGTH = 1_000_000;
/** The most words, numbers, signs and line ends in one file: some twenty thousand lines. */
export const MAX_TOKENS = 200_000;
/** The most steps from a declaration down to its deepest value. */
export const MAX_DEPTH = 1_000;
const MAX_PROBLEMS = 20;

export interface Parsed {
  /** With a memory, in the offsets of the first reading. */
  readonly tree: SourceFile;
  /** The places now of the spans in the tree; missing where they are its own. */
  readonly place?: Placing;
  /** In their places, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** The comments, in the same way. */
  readonly comments: readonly Comment[];
}

interface ReadPiece {
  readonly text: string;
  /** Whether the text ends with it. */
  readonly last: boolean;
  readonly base: number;
  readonly tokens: number;
  readonly declarations: readonly Declaration[];
  readonly diagnostics: readonly Diagnostic[];
  readonly comments: readonly Comment[];
  readonly refused?: Diagnostic;
}

/** The pieces of texts as they were last read, by file: who reads a text again gives it the same memory. */
export type ParseMemory = Map<string, FileMemory>;
interface FileMemory {
  /** The pieces of the last few readings, by their texts. */
  readonly readings: ReadonlyMap<string, readonly ReadPiece[]>[];
  /** From here on no piece has its offsets. */
  free: number;
}
const readingsKept = 3;

/**
 * Reads a file, piece by piece. A damaged part is a hole in the tree, or missing from it, and has one diagnostic. With a memory,
 * it reads only the pieces that have changed, and all others are the same objects as before.
 */
export function parse(file: string, text: string, memory?: ParseMemory): Parsed {
  const tree = (declarations: readonly Declaration[]): SourceFile => ({
    kind: "file",
    span: { file, start: 0, end: text.length },
    declarations,
  });
  const refused = (diagnostic: Diagnostic, comments: readonly Comment[]): Parsed => ({
    tree: tree([]),
    diagnostics: [diagnostic],
    comments,
  });
  if (text.length > MAX_LENGTH) return refused(limit(file, 0, 1, "characters", MAX_LENGTH), []);
  const { pieces, excess } = readPieces(file, text, memory);
  const place = placingOf(pieces.map(({ piece: { base }, at }) => ({ base, at })));
  const all = <T>(of: (piece: ReadPiece) => readonly T[]): readonly T[] => {
    const list = pieces.flatMap(({ piece }) => of(piece));
    return place === undefined ? list : list.map((item) => placed(item, place));
  };
  if (excess !== undefined) return refused(limit(file, excess, excess + 1, "tokens", MAX_TOKENS), []);
  const [stop] = all(({ refused: one }) => (one === undefined ? [] : [one]));
  const comments = all((piece) => piece.comments);
  if (stop !== undefined) return refused(stop, comments);
  return {
    tree: tree(pieces.flatMap(({ piece }) => piece.declarations)),
    ...(place === undefined ? {} : { place }),
    diagnostics: all((piece) => piece.diagnostics).slice(0, MAX_PROBLEMS),
    comments,
  };
}

interface PieceNow {
  readonly piece: ReadPiece;
  readonly at: number;
}

/** Reads the pieces of a text that the memory does not have. `excess`: the place of the first token too many. */
function readPieces(
  file: string,
  text: string,
  memory: ParseMemory | undefined,
): { readonly pieces: readonly PieceNow[]; readonly excess?: number } {
  const known: FileMemory = memory?.get(file) ?? { readings: [], free: 0 };
  const first = known.readings.length === 0;
  known.free = Math.max(known.free, text.length + 1);
  const reading = new Map<string, ReadPiece[]>();
  const pieces: PieceNow[] = [];
  let tokens = 0;
  const wanted = piecesOf(text);
  for (const [i, { at, text: own }] of wanted.entries()) {
    const last = i === wanted.length - 1;
    const same = reading.get(own) ?? [];
    const before = known.readings.map((one) => one.get(own)?.[same.length]).find((one) => one?.last === last);
    const piece = before ?? readPiece({ file, text: own, last, base: first ? at : known.free });
    if (before === undefined && !first) known.free += own.length + 1;
    reading.set(own, [...same, piece]);
    pieces.push({ piece, at });
    if (tokens + piece.tokens > MAX_TOKENS) {
      const excess = scan(file, own).tokens[MAX_TOKENS - tokens];
      return { pieces, excess: at + (excess?.startOffset ?? 0) };
    }
    tokens += piece.tokens;
  }
  known.readings.unshift(reading);
  known.readings.length = Math.min(known.readings.length, readingsKept);
  memory?.set(file, known);
  return { pieces };
}

type PieceText = Pick<ReadPiece, "text" | "last" | "base"> & { readonly file: string };

function readPiece({ file, text, last, base }: PieceText): ReadPiece {
  const whole = { text, last, base };
  const none = { ...whole, declarations: [], diagnostics: [] };
  const read = readWith({ file, ...whole }, (tokens) => nnParser.readFile(file, text, tokens, base));
  if ("refused" in read) return { ...none, tokens: read.tokens, comments: [], refused: read.refused };
  const { tokens, comments, diagnostics } = read;
  // Each step down takes a token.
  const deep = tokens < MAX_DEPTH ? undefined : read.value.find((declaration) => isDeep(declaration));
  if (deep !== undefined) {
    const refused = limit(file, deep.span.start, deep.span.start + 1, "values", MAX_DEPTH);
    return { ...none, tokens, comments, refused };
  }
  const declarations = read.value.map((declaration) => documented(declaration, { text, base }, comments));
  return { ...whole, tokens, declarations, diagnostics, comments };
}

/** Reads one expression, as `--set name=…` takes it. */
export function parseExpression(
  file: string,
  text: string,
): { readonly expression: Expr; readonly diagnostics: readonly Diagnostic[] } {
  const hole: Expr = { kind: "hole", span: { file, start: 0, end: text.length } };
  const whole = { file, text, last: true, base: 0 };
  const read = readWith(whole, (tokens) => nnParser.readExpression(file, text, tokens), "the end");
  if ("refused" in read) return { expression: hole, diagnostics: [read.refused] };
  if (isDeep(read.value)) return { expression: hole, diagnostics: [limit(file, 0, 1, "values", MAX_DEPTH)] };
  const comments = read.comments.map(({ span: { start, end } }) =>
    worded(
      file,
      { start, end, found: quoted("//"), expected: "an operator or the end", hint: divisionHint },
      "the end",
    ),
  );
  // One expression is one statement, so only its first mistake is reported.
  return { expression: read.value, diagnostics: [...comments, ...read.diagnostics].slice(0, 1) };
}

type Reading<T> = { readonly tokens: number } & (
  | { readonly value: T; readonly diagnostics: readonly Diagnostic[]; readonly comments: readonly Comment[] }
  | { readonly refused: Diagnostic }
);

/** `end`: the name of the text's end in messages. */
function readWith<T>(
  { file, text, last, base }: PieceText,
  run: (tokens: readonly IToken[]) => Read<T>,
  end = last ? "the end of the file" : "the end of the line",
): Reading<T> {
  if (text.length > MAX_LENGTH) return { tokens: 0, refused: limit(file, base, base + 1, "characters", MAX_LENGTH) };
  const scanned = scan(file, text);
  const tokens = scanned.tokens.length;
  const refused = (start: number, end: number, what: Limit, most: number): Reading<T> => ({
    tokens,
    refused: limit(file, start, end, what, most),
  });
  const excess = scanned.tokens[MAX_TOKENS];
  if (excess !== undefined) {
    const start = base + excess.startOffset;
    return refused(start, start + 1, "tokens", MAX_TOKENS);
  }
  const suites = readSuites(text, scanned.tokens);
  const balanced = balance(text, suites.tokens, last);
  if (balanced.tooDeep !== undefined) {
    const start = base + balanced.tooDeep.startOffset;
    return refused(start, start + 1, "brackets", MAX_NESTING);
  }
  const idioms = readIdioms(text, dropNewlines(balanced.tokens));
  const repaired = repairSlips(idioms.tokens);
  // What a whole phrase means, is said instead of what one sign in it means.
  const signs = outside(scanned.problems, [...suites.unread, ...idioms.unread]);
  const stages = [signs, suites.problems, balanced.problems, idioms.problems, repaired.problems];
  const ahead = stages.flat().map((one) => shifted(one, base));
  if (base > 0) for (const token of repaired.tokens) shiftToken(token, base);
  const read = withinStack(() => run(repaired.tokens));
  if (read === undefined) return refused(base, base + 1, "bracketsOfStack", MAX_NESTING);
  if (read.tooLong !== undefined) return refused(read.tooLong.start, read.tooLong.end, "operators", MAX_ROW);
  const diagnostics = oncePerRegion([...ahead, ...read.problems], read.regions).map((one) => worded(file, one, end));
  const comments = scanned.comments.map(({ span, ...comment }) => ({
    ...comment,
    span: { file, start: span.start + base, end: span.end + base },
  }));
  return { tokens, value: read.value, diagnostics, comments };
}

/** Returns the problems that are in none of the places. */
function outside(problems: readonly Problem[], places: readonly Place[]): readonly Problem[] {
  if (places.length === 0) return problems;
  const sorted = places.toSorted((a, b) => a.start - b.start);
  let next = 0;
  let reached = -1;
  return problems.filter(({ start }) => {
    for (let place = sorted[next]; place !== undefined && place.start <= start; place = sorted[++next])
      reached = Math.max(reached, place.end);
    return start >= reached;
  });
}

function shiftToken(token: IToken, by: number): void {
  token.startOffset += by;
  if (token.endOffset !== undefined) token.endOffset += by;
}

/** Recursion reads bracketed text. Its depth is bounded, but a caller may have used up most of the stack. */
function withinStack<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function worded(file: string, problem: Problem, endOfText: string): Diagnostic {
  const { start, end, found, expected, hint } = problem;
  const fix = fixOf(file, problem);
  return diagnose({
    code: "NN001",
    span: { file, start, end },
    found: typeof found === "string" ? found : endOfText,
    expected,
    ...(hint === undefined ? {} : { hint }),
    ...(fix === undefined ? {} : { fix }),
    related: relatedOf(file, problem),
  });
}

const limit = (file: string, start: number, end: number, what: Limit, most: number): Diagnostic =>
  diagnose({ code: "NN501", span: { file, start, end }, reason: "limit", what, most });

/** Returns the first problem of each statement, clause or header, in the order of the text; no more than people read. */
function oncePerRegion(problems: readonly Problem[], regions: Read<unknown>["regions"]): Problem[] {
  const sorted = [...problems].sort((a, b) => a.start - b.start);
  const outerFirst = [...regions].sort((a, b) => a.start - b.start || b.end - a.end);
  const told = new Set<unknown>();
  const kept: Problem[] = [];
  const open: { readonly start: number; readonly end: number }[] = [];
  let next = 0;
  for (const problem of sorted) {
    for (
      let region = outerFirst[next];
      region !== undefined && region.start <= problem.start;
      region = outerFirst[++next]
    )
      open.push(region);
    // Regions nest, so those that end before this problem are on top, or inside others that do.
    while (open.length > 0 && (open.at(-1)?.end ?? 0) < problem.start) open.pop();
    const region = problem.apart === true ? undefined : open.at(-1);
    if (region !== undefined && told.has(region)) continue;
    if (region !== undefined) told.add(region);
    kept.push(problem);
    if (kept.length === MAX_PROBLEMS) break;
  }
  return kept;
}

/** Whether a tree is too deep. Uses no recursion, because its answer protects all later recursion. */
function isDeep(root: object): boolean {
  const open: { readonly node: object; readonly depth: number }[] = [{ node: root, depth: 0 }];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (item.depth > MAX_DEPTH) return true;
    const depth = item.depth + ("kind" in item.node ? 1 : 0);
    for (const child of Object.values(item.node))
      if (typeof child === "object" && child !== null) open.push({ node: child, depth });
  }
  return false;
}

/** Adds the text of the `///` lines right above. */
function documented(
  declaration: Declaration,
  { text, base }: { readonly text: string; readonly base: number },
  comments: readonly Comment[],
): Declaration {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.span.start ?? 0) < declaration.span.start) low = middle + 1;
    else high = middle;
  }
  const lines: string[] = [];
  let below = declaration.span.start;
  for (let i = low - 1; i >= 0; i--) {
    const comment = comments[i];
    if (comment?.kind !== "doc" || !/^\s*$/.test(text.slice(comment.span.end - base, below - base))) break;
    lines.push(comment.text.replace(/^\/\/\/ ?/, "").trimEnd());
    below = comment.span.start;
  }
  return lines.length === 0 ? declaration : { ...declaration, doc: lines.reverse().join("\n") };
}

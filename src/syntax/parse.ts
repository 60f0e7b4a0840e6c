// Text to tree: the only entrance to the parser. Takes any text, never throws, and reports each damaged statement once.

import type { Limit } from "../diagnostics/catalogue/system.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Comment, Declaration, Expr, SourceFile } from "./ast.ts";
import { balance, MAX_NESTING } from "./brackets.ts";
import type { IToken } from "./chevrotain.ts";
import { dropNewlines } from "./newlines.ts";
import { nnParser, type Read } from "./parser/declarations.ts";
import { MAX_ROW } from "./parser/values.ts";
import { fixOf, type Problem, quoted, relatedOf } from "./problem.ts";
import { repairSlips } from "./repairs.ts";
import { divisionHint, scan } from "./scan.ts";

/** The longest text in UTF-16 units; the parser refuses a longer one unread. */
export const MAX_LENGTH = 1_000_000;
/** The most words, numbers, signs and line ends in one file: some twenty thousand lines. */
export const MAX_TOKENS = 200_000;
/** The most steps from a declaration down to its deepest value. */
export const MAX_DEPTH = 1_000;
const MAX_PROBLEMS = 20;

export interface Parsed {
  readonly tree: SourceFile;
  readonly diagnostics: readonly Diagnostic[];
  /** The diagnostics, in the order of the text. */
  readonly comments: readonly Comment[];
}

/** Reads a file. A damaged part is a hole in the tree, or missing from it, and has one diagnostic. */
export function parse(file: string, text: string): Parsed {
  const tree = (declarations: readonly Declaration[]): SourceFile => ({
    kind: "file",
    span: { file, start: 0, end: text.length },
    declarations,
  });
  const read = readWith(file, text, (tokens) => nnParser.readFile(file, text, tokens));
  if ("refused" in read) return { tree: tree([]), diagnostics: [read.refused], comments: [] };
  const deep = read.value.find((declaration) => isDeep(declaration));
  if (deep !== undefined) {
    const refused = limit(file, deep.span.start, deep.span.start + 1, "values", MAX_DEPTH);
    return { tree: tree([]), diagnostics: [refused], comments: read.comments };
  }
  const declarations = read.value.map((declaration) => documented(declaration, text, read.comments));
  return { tree: tree(declarations), diagnostics: read.diagnostics, comments: read.comments };
}

/** Reads one expression, as `--set name=…` takes it. */
export function parseExpression(
  file: string,
  text: string,
): { readonly expression: Expr; readonly diagnostics: readonly Diagnostic[] } {
  const hole: Expr = { kind: "hole", span: { file, start: 0, end: text.length } };
  const read = readWith(file, text, (tokens) => nnParser.readExpression(file, text, tokens), "the end");
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

type Reading<T> =
  | { readonly value: T; readonly diagnostics: readonly Diagnostic[]; readonly comments: readonly Comment[] }
  | { readonly refused: Diagnostic };

/** `end`: the name of the text's end in messages. */
function readWith<T>(
  file: string,
  text: string,
  run: (tokens: readonly IToken[]) => Read<T>,
  end = "the end of the file",
): Reading<T> {
  if (text.length > MAX_LENGTH) return { refused: limit(file, 0, 1, "characters", MAX_LENGTH) };
  const scanned = scan(file, text);
  const excess = scanned.tokens[MAX_TOKENS];
  if (excess !== undefined) {
    const start = excess.startOffset;
    return { refused: limit(file, start, start + 1, "tokens", MAX_TOKENS) };
  }
  const balanced = balance(text, scanned.tokens);
  if (balanced.tooDeep !== undefined) {
    const { startOffset } = balanced.tooDeep;
    return { refused: limit(file, startOffset, startOffset + 1, "brackets", MAX_NESTING) };
  }
  const repaired = repairSlips(dropNewlines(balanced.tokens));
  const read = withinStack(() => run(repaired.tokens));
  if (read === undefined)
    return {
      refused: limit(file, 0, 1, "bracketsOfStack", MAX_NESTING),
    };
  if (read.tooLong !== undefined) {
    const { start, end } = read.tooLong;
    return { refused: limit(file, start, end, "operators", MAX_ROW) };
  }
  const problems = [...scanned.problems, ...balanced.problems, ...repaired.problems, ...read.problems];
  const diagnostics = oncePerRegion(problems, read.regions).map((problem) => worded(file, problem, end));
  return { value: read.value, diagnostics, comments: scanned.comments };
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
function documented(declaration: Declaration, text: string, comments: readonly Comment[]): Declaration {
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
    if (comment?.kind !== "doc" || !/^\s*$/.test(text.slice(comment.span.end, below))) break;
    lines.push(comment.text.replace(/^\/\/\/ ?/, "").trimEnd());
    below = comment.span.start;
  }
  return lines.length === 0 ? declaration : { ...declaration, doc: lines.reverse().join("\n") };
}

// Bodies as Python writes them: a line that ends with ':' and indented lines below it. Puts in the braces, each pair with one
// problem, before brackets are matched. Passes over classes and functions, which nothing here takes the place of.

import type { IToken } from "./chevrotain.ts";
import { A_DECLARATION } from "./parser/hints.ts";
import { endOf, type Problem, problemList, quoted } from "./problem.ts";
import {
  aLine,
  countedLoop,
  isCloser,
  isName,
  isOpener,
  type Place,
  placeOf,
  type Reading,
  standIn,
  unreadValue,
} from "./rows.ts";
import { Newline, signs, words } from "./tokens.ts";

/** The words before a body in braces. */
const heads = new Set(["model", "block", "train", "dataset", "if", "elif", "else", "repeat", "for", "while"]);
/** The words before a body that has no counterpart. */
const foreignHeads = new Set(["class", "def", "if", "for", "while", "with", "try", "except", "finally", "async"]);
/** Lines of a body whose indented lines are statements of that body. */
const passed = new Set(["def", "with", "async"]);

interface Line {
  /** The indices of its first token, and after its last. */
  readonly from: number;
  readonly to: number;
  readonly indent: number;
}
interface Suite {
  readonly indent: number;
  /** Where its fix begins, and what that puts in place of the head. */
  readonly start: number;
  readonly head: string;
  readonly bodyStart: number;
  readonly problem: Omit<Problem, "fix"> | undefined;
}
interface State {
  readonly text: string;
  readonly tokens: readonly IToken[];
  readonly out: IToken[];
  readonly problems: ReturnType<typeof problemList>;
  readonly open: Suite[];
  /** The open braces. */
  depth: number;
}

function indentAt(text: string, offset: number): number {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0].length ?? 0;
}

/** The lines that hold tokens. */
function linesOf(text: string, tokens: readonly IToken[]): Line[] {
  const lines: Line[] = [];
  let from = 0;
  for (let i = 0; i <= tokens.length; i++) {
    const token = tokens[i];
    if (token !== undefined && token.tokenType !== Newline) continue;
    const first = tokens[from];
    if (i > from && first !== undefined) lines.push({ from, to: i, indent: indentAt(text, first.startOffset) });
    from = i + 1;
  }
  return lines;
}

/** Whether a line ends with a colon outside of brackets, and the next one is further in. */
function opensSuite(tokens: readonly IToken[], line: Line, next: Line | undefined): boolean {
  if (tokens[line.to - 1]?.image !== ":" || next === undefined || next.indent <= line.indent) return false;
  let depth = 0;
  for (let i = line.from; i < line.to; i++) {
    const token = tokens[i];
    if (token !== undefined && isOpener(token)) depth++;
    else if (token !== undefined && isCloser(token)) depth--;
  }
  return depth === 0;
}

/** Puts braces around indented bodies. */
export function readSuites(text: string, tokens: readonly IToken[]): Reading {
  const isPossible = tokens.some(({ image }, i) => image === ":" && tokens[i + 1]?.tokenType === Newline);
  if (!isPossible) return { tokens, problems: [], unread: [] };
  const state: State = { text, tokens, out: [], problems: problemList(), open: [], depth: 0 };
  const lines = linesOf(text, tokens);
  const unread: Place[] = [];
  let written = 0;
  const copy = (to: number): void => {
    for (; written < to; written++) {
      const token = tokens[written];
      if (token === undefined) continue;
      state.out.push(token);
      if (token.image === "{") state.depth++;
      else if (token.image === "}") state.depth--;
    }
  };
  for (const [i, line] of lines.entries()) {
    if (line.from < written) continue;
    copy(line.from);
    while ((state.open.at(-1)?.indent ?? -1) >= line.indent) closeSuite(state);
    if (!opensSuite(tokens, line, lines[i + 1])) continue;
    const image = tokens[line.from]?.image ?? "";
    if (state.depth === 0 && state.open.length === 0 && foreignHeads.has(image)) {
      let after = i + 1;
      while ((lines[after]?.indent ?? -1) > line.indent) after++;
      written = passOver(state, line, lines[after]?.from ?? tokens.length);
      unread.push(placeOf(tokens, line.from, written));
    } else if (passed.has(image)) written = dropHead(state, line);
    else if (heads.has(image)) {
      const head = headOf(state, line);
      written = line.to;
      state.out.push(...head);
    }
  }
  copy(tokens.length);
  while (state.open.length > 0) closeSuite(state);
  return { tokens: state.out, problems: state.problems.items, unread };
}

/** Opens a suite and returns the tokens of its head. */
function headOf(state: State, line: Line): readonly IToken[] {
  const { text, tokens } = state;
  const colon = tokens[line.to - 1];
  const first = tokens[line.from];
  if (colon === undefined || first === undefined) return [];
  const bodyStart = endOf(colon);
  const brace = standIn(signs.openBrace, { start: colon.startOffset, end: bodyStart });
  const row = tokens.slice(line.from, line.to - 1);
  const loop = countedLoop(tokens, line.from);
  const problem = {
    start: colon.startOffset,
    end: bodyStart,
    found: "':'",
    expected: "'{'",
    hint: "write a body in braces: { … }",
    apart: true,
  };
  const suite = { indent: line.indent, bodyStart, start: colon.startOffset, head: " {", problem };
  const from = first.startOffset;
  if (loop !== undefined && loop.length === row.length) {
    const [start, end] = [loop.count[0]?.startOffset ?? 0, endOf(loop.count.at(-1) ?? colon)];
    const hint = "there are only counted loops: repeat 3 { … }";
    const told = { ...problem, start: from, end: endOf(first), found: "'for'", expected: "'repeat'", hint };
    state.open.push({ ...suite, start: from, head: `repeat ${text.slice(start, end)} {`, problem: told });
    return [standIn(words.repeat, { start: from, end: endOf(first) }), ...loop.count, brace];
  }
  if (first.image === "elif") {
    const place = { start: from, end: endOf(first) };
    const condition = text.slice(place.end, colon.startOffset);
    state.open.push({ ...suite, start: from, head: `else if${condition} {` });
    return [standIn(words.else, { start: from, end: from }), standIn(words.if, place), ...row.slice(1), brace];
  }
  // Other loops are reported where they begin.
  const isOther = first.image === "for" || first.image === "while";
  state.open.push({ ...suite, problem: isOther ? undefined : problem });
  return [...row, brace];
}

/** Closes the innermost suite after the last text in it. */
function closeSuite(state: State): void {
  const { text, out } = state;
  const suite = state.open.pop();
  if (suite === undefined) return;
  let last = out.length - 1;
  while (last > 0 && out[last]?.tokenType === Newline) last--;
  const token = out[last];
  const end = token === undefined ? suite.bodyStart : endOf(token);
  out.splice(last + 1, 0, standIn(signs.closeBrace, { start: end, end }));
  if (suite.problem === undefined) return;
  const body = text.slice(suite.bodyStart, end);
  const written = `${suite.head}${body}\n${" ".repeat(suite.indent)}}`;
  const fix = { title: "write the body in braces", sure: true, start: suite.start, end, text: written };
  state.problems.push({ ...suite.problem, fix });
}

const foreignHints = new Map([
  ["class", "a model lists its layers in braces: model Net(image: f32[28, 28, 1]) { … }"],
  ["def", "write a network as a 'model', a part of one as a 'block'"],
]);

/** Passes over a class or function, up to `to`. Its name stays known, as that of a model which nobody can read. */
function passOver({ tokens, out, problems }: State, line: Line, to: number): number {
  const first = tokens[line.from];
  const name = tokens[line.from + 1];
  if (first === undefined) return line.to;
  const place: Place = { start: first.startOffset, end: endOf(first) };
  const hint = foreignHints.get(first.image) ?? "layers and values belong inside a model or a block";
  problems.push({ ...place, found: quoted(first.image), expected: A_DECLARATION, hint, apart: true });
  if ((first.image !== "class" && first.image !== "def") || name === undefined || !isName(name)) return to;
  const after = { start: endOf(name), end: endOf(name) };
  out.push(standIn(words.model, place), name, standIn(signs.open, after), standIn(signs.close, after));
  out.push(standIn(signs.openBrace, after), ...unreadValue(after), standIn(signs.closeBrace, after));
  out.push(standIn(aLine, after));
  return to;
}

/** `def forward(self, x):` in a body: what follows is the body. */
function dropHead({ text, tokens, problems }: State, line: Line): number {
  const first = tokens[line.from];
  const last = tokens[line.to - 1];
  if (first === undefined || last === undefined) return line.to;
  const [start, end] = [first.startOffset, endOf(last)];
  const next = text.indexOf("\n", end);
  problems.push({
    start,
    end,
    found: quoted(first.image),
    expected: "a layer or a value",
    hint: "the body of a model is what it computes: list layers one below another",
    fix: { title: "leave out the line", sure: true, start, end: next < 0 ? end : next, text: "" },
    apart: true,
  });
  return line.to;
}

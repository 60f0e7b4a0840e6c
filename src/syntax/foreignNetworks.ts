// Networks as Keras and PyTorch put them together, in a body: `x = Dense(3)(x)` line by line, and `Sequential([…])`. Layers stand one
// below another here.

import type { IToken } from "./chevrotain.ts";
import type { Problem } from "./problem.ts";
import {
  findOutside,
  type Idiom,
  isName,
  type Look,
  type Place,
  partnerOf,
  placeOf,
  statementEnd,
  unreadValue,
} from "./rows.ts";
import { Newline } from "./tokens.ts";

const hint = "list layers one below another in the braces of a model";

export const foreignNetwork = (look: Look): Idiom | undefined => sequence(look) ?? steps(look);

/** Returns the index of the last name of `keras.layers.Dense` at `index`; undefined if no path is there. */
function pathEnd(tokens: readonly IToken[], index: number): number | undefined {
  if (!isName(tokens[index])) return undefined;
  let last = index;
  while (tokens[last + 1]?.image === "." && isName(tokens[last + 2])) last += 2;
  return last;
}

/** Returns the blanks at the start of the line around an offset. */
function indentOf(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

/** `Sequential([Dense(3), relu])`, `model = nn.Sequential(…)`. */
function sequence({ text, tokens, at }: Look): Idiom | undefined {
  const from = isName(tokens[at]) && tokens[at + 1]?.image === "=" ? at + 2 : at;
  const name = pathEnd(tokens, from);
  if (name === undefined || tokens[name]?.image !== "Sequential" || tokens[name + 1]?.image !== "(") return undefined;
  const close = partnerOf(tokens, name + 1);
  const end = statementEnd(tokens, at);
  if (close === undefined || close !== end - 1) return undefined;
  const listed = tokens[name + 2]?.image === "[" && partnerOf(tokens, name + 2) === close - 1;
  const [first, last] = listed ? [name + 3, close - 1] : [name + 2, close];
  // A block may have this name.
  if (!listed && from === at && name === at && tokens[first + 1]?.image !== "(") return undefined;
  const place = placeOf(tokens, at, end);
  const items = itemsOf(text, tokens, first, last);
  const written = items.join(`\n${indentOf(text, place.start)}`);
  const isEmpty = items.length === 0;
  const title = isEmpty ? "leave out the line" : "write its layers one below another";
  const problem = { ...placeOf(tokens, from, name + 1), found: "'Sequential'", expected: "a layer or a value", hint };
  const fix = { title, sure: true, ...place, text: written };
  return { used: end - at, tokens: isEmpty ? [] : unreadValue(place), problem: { ...problem, fix } };
}

/** Returns the texts between the commas. */
function itemsOf(text: string, tokens: readonly IToken[], from: number, to: number): readonly string[] {
  const items: string[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min(to, findOutside(tokens, start, ({ image }) => image === ",") ?? to);
    if (end > start) {
      const place = placeOf(tokens, start, end);
      items.push(text.slice(place.start, place.end));
    }
    start = end + 1;
  }
  return items;
}

/** A line `x = Dense(3)(y)`. */
interface Applied {
  readonly name: string;
  readonly input: string;
  /** The place of the layer. */
  readonly layer: Place;
  /** Where an expression reads the value. */
  readonly current?: readonly Place[];
  /** The index of the end of its line. */
  readonly end: number;
}

function applied(tokens: readonly IToken[], at: number): Applied | undefined {
  const name = tokens[at];
  const last = tokens[at + 1]?.image === "=" ? pathEnd(tokens, at + 2) : undefined;
  if (name === undefined || !isName(name) || last === undefined || tokens[last + 1]?.image !== "(") return undefined;
  const close = partnerOf(tokens, last + 1);
  if (close === undefined || tokens[close + 1]?.image !== "(" || tokens[close + 3]?.image !== ")") return undefined;
  const input = tokens[close + 2];
  const end = close + 4;
  if (input === undefined || !isName(input) || statementEnd(tokens, at) !== end) return undefined;
  return { name: name.image, input: input.image, layer: placeOf(tokens, at + 2, close + 1), end };
}

/** `x = F.relu(x)`, `x = x + y`: an expression of the value before. The first line may be any expression. */
function computed(tokens: readonly IToken[], at: number, previous: string | undefined): Applied | undefined {
  const name = tokens[at];
  const end = statementEnd(tokens, at);
  if (name === undefined || !isName(name) || tokens[at + 1]?.image !== "=" || end < at + 3) return undefined;
  const own = tokens.slice(at + 2, end);
  if (own.some(({ image }) => image === "self" || image === "{")) return undefined;
  const read = own.filter((token) => isName(token) && token.image === previous);
  if (previous !== undefined && read.length === 0) return undefined;
  const layer = placeOf(tokens, at + 2, end);
  const current = read.map(({ startOffset, image }) => ({ start: startOffset, end: startOffset + image.length }));
  return { name: name.image, input: previous ?? "", layer, current, end };
}

/** Whether the line is `x = keras.Input(…)`, `model = Model(…)`. */
function names(tokens: readonly IToken[], at: number, what: "Input" | "Model"): boolean {
  const last = isName(tokens[at]) && tokens[at + 1]?.image === "=" ? pathEnd(tokens, at + 2) : undefined;
  return last !== undefined && tokens[last]?.image === what && tokens[last + 1]?.image === "(";
}

/** The name of the only input of the model or block whose body begins here. */
function onlyInput(before: readonly IToken[]): string | undefined {
  if (before.at(-1)?.image !== "{") return undefined;
  let open = before.length - 1;
  while (open > 0 && before[open]?.image !== "(" && before[open]?.tokenType !== Newline) open--;
  const colons = before.slice(open).filter(({ image }) => image === ":").length;
  return before[open]?.image === "(" && colons === 1 ? before[open + 1]?.image : undefined;
}

/** Lines that apply one layer after another to a value, each to what the line before gave. */
function steps({ text, tokens, at, before }: Look): Idiom | undefined {
  const lines: Applied[] = [];
  const begins = names(tokens, at, "Input");
  let index = begins ? statementEnd(tokens, at) + 1 : at;
  for (;;) {
    const previous = lines.at(-1)?.name;
    const call = applied(tokens, index);
    const isCall = call !== undefined && (previous ?? call.input) === call.input;
    const ends = names(tokens, index, "Model");
    const line = isCall ? call : ends ? undefined : computed(tokens, index, previous);
    if (line === undefined) break;
    lines.push(line);
    index = line.end + 1;
  }
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined || lines.length < 2) return undefined;
  if (lines.every(({ current }) => current !== undefined)) return undefined;
  let end = last.end;
  if (names(tokens, end + 1, "Model")) end = statementEnd(tokens, end + 1);
  const follows = tokens[end + 1]?.image === "return" ? 2 : 1;
  const after = tokens[end + follows + 1];
  const ends = after?.image === "}" || after?.tokenType === Newline;
  const isResult = tokens[end]?.tokenType === Newline && tokens[end + follows]?.image === last.name && ends;
  if (isResult) end += follows + 1;
  const assigned = new Set(lines.map(({ name }) => name));
  const closed = bodyEnd(tokens, end);
  // What is used again later needs a name of its own.
  if (tokens.slice(end, closed).some(({ image }) => assigned.has(image) && image !== last.name)) return undefined;
  const isUsed = tokens.slice(end, closed).some(({ image }) => image === last.name);
  const place = placeOf(tokens, at, end);
  const texts = lines.map(({ layer, current = [] }) => withCurrent(text, layer, current));
  if (isUsed && lines.some(({ current }) => current !== undefined)) return undefined;
  const isPlain = begins || first.current !== undefined || first.input === onlyInput(before);
  const start = isPlain ? [] : [first.input];
  const indent = indentOf(text, place.start);
  const written = isUsed
    ? `let ${last.name} = ${[first.input, ...texts].join(" -> ")}`
    : [...start, ...texts].join(`\n${indent}`);
  const found = "a call of a layer";
  const sign = placeOf(tokens, at + 1, at + 2);
  const problem: Problem = { ...sign, found, expected: "a layer or a value", hint };
  const fix = { title: "write the layers one below another", sure: true, ...place, text: written };
  return { used: end - at, tokens: unreadValue(place), problem: { ...problem, fix } };
}

/** Returns the text of a value with `_` in some places. */
function withCurrent(text: string, { start, end }: Place, places: readonly Place[]): string {
  let written = "";
  let copied = start;
  for (const place of places) {
    written += `${text.slice(copied, place.start)}_`;
    copied = place.end;
  }
  return written + text.slice(copied, end);
}

/** Returns the index of the brace that ends the body around. */
export function bodyEnd(tokens: readonly IToken[], from: number): number {
  let depth = 0;
  for (let i = from; i < tokens.length; i++) {
    const { image } = tokens[i] ?? { image: "" };
    if (image === "{") depth++;
    else if (image === "}" && --depth < 0) return i;
  }
  return tokens.length;
}

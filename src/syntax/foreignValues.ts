// Values as other languages write them: choices in a row, options in braces, functions without a name.

import type { IToken } from "./chevrotain.ts";
import { endOf, type Problem, quoted } from "./problem.ts";
import {
  findOutside,
  type Idiom,
  isCloser,
  isName,
  isOpener,
  type Look,
  type Place,
  partnerOf,
  placeOf,
  standIn,
  statementEnd,
  touches,
  unreadValue,
} from "./rows.ts";
import { Identifier, Newline, words } from "./tokens.ts";

/** Returns the value that begins here, or goes on here, as nnc reads it; undefined if it is none of another language. */
export function foreignValue(look: Look): Idiom | undefined {
  const token = look.tokens[look.at];
  switch (token?.image) {
    case "if":
      return pythonChoice(look);
    case "?":
      return choice(look, ":");
    case "(":
      return optionsInBraces(look) ?? arrowFunction(look);
    case "*":
    case "**":
      return spread(look);
    case "lambda":
      return lambda(look);
    case "elif":
      return elseIf(look);
    default:
      return typeOfModule(look);
  }
}

/** `Conv2D(16, **options)`, `Sequential(*layers)`. */
function spread({ tokens, at, before }: Look): Idiom | undefined {
  const [sign, name, after] = tokens.slice(at, at + 3);
  const previous = before.at(-1)?.image;
  if (sign === undefined || !isName(name) || (previous !== "," && previous !== "(")) return undefined;
  if (after?.image !== ")" && after?.image !== ",") return undefined;
  const place = placeOf(tokens, at, at + 2);
  const what = sign.image === "*" ? "a value" : "an option";
  const hint = "write each one out: nothing is taken out of a list or a record here";
  const problem = { ...placeOf(tokens, at, at + 1), found: quoted(sign.image), expected: what, hint };
  return { used: 2, tokens: unreadValue(place), problem };
}

/** Ends a value in a row: an argument, an item, a statement. */
const endsRow = (token: IToken): boolean => token.image === "," || token.tokenType === Newline || token.image === "{";
const beforeRow = new Set(["(", "[", "{", ",", "=", ":", "->", "return", "\n"]);

/** Returns the index in `before` at which the row begins that goes on after it. */
function rowStart(before: readonly IToken[]): number {
  let depth = 0;
  for (let i = before.length - 1; i >= 0; i--) {
    const token = before[i];
    if (token === undefined) return i;
    if (isCloser(token)) depth++;
    else if (isOpener(token) && depth > 0) depth--;
    else if (depth === 0 && (beforeRow.has(token.image) || token.tokenType === Newline)) return i + 1;
  }
  return 0;
}

const endsValue = (token: IToken | undefined): boolean =>
  token !== undefined && (token.image === ")" || token.image === "]" || isName(token) || /^[\d"]/.test(token.image));

/** `64 if deep else 32`, not `if deep { … }`. */
function pythonChoice(look: Look): Idiom | undefined {
  const previous = look.before.at(-1);
  return endsValue(previous) && previous?.image !== "else" ? choice(look, "else") : undefined;
}

/** Reads the choice whose first sign, `if` or `?`, is here; `second` is the other sign. */
function choice({ text, tokens, at, before, inBody }: Look, second: "else" | ":"): Idiom | undefined {
  const sign = tokens[at];
  const start = rowStart(before);
  const middle = findOutside(tokens, at + 1, ({ image }) => image === second || image === "{" || image === ",");
  if (sign === undefined || middle === undefined || tokens[middle]?.image !== second || start >= before.length)
    return undefined;
  const end = findOutside(tokens, middle + 1, endsRow) ?? rowEnd(tokens, middle + 1);
  if (end <= middle + 1 || middle === at + 1) return undefined;
  const first = placeOf(before, start, before.length);
  const between = placeOf(tokens, at + 1, middle);
  const last = placeOf(tokens, middle + 1, end);
  const part = (place: Place) => text.slice(place.start, place.end);
  const [condition, then] = second === "else" ? [part(between), part(first)] : [part(first), part(between)];
  const problem = {
    start: sign.startOffset,
    end: endOf(sign),
    found: quoted(sign.image),
    expected: "an operator or the end of the value",
    hint: "a choice is one of layers or tensors: if … { Dense(64) } else { Dense(32) }",
  };
  const around = wholeValue(before, tokens, end);
  const row = { start: first.start, end: last.end };
  if (!inBody || around === undefined)
    return { used: end - at, back: before.length - start, tokens: unreadValue(row), problem };
  const [from, to] = [around.place.start, around.place.end];
  const arm = (value: string): string => `{ ${text.slice(from, row.start)}${value}${text.slice(row.end, to)} }`;
  const written = `if ${condition} ${arm(then)} else ${arm(part(last))}`;
  const title = `write ${written.length > 60 ? "if … { … } else { … }" : written}`;
  return {
    used: around.end - at,
    back: before.length - around.start,
    tokens: unreadValue(around.place),
    problem: { ...problem, fix: { title, sure: true, ...around.place, text: written } },
  };
}

/** The value of a statement in a body around a place: it begins in `before` at `start`, and ends before `tokens[end]`. */
function wholeValue(
  before: readonly IToken[],
  tokens: readonly IToken[],
  from: number,
): { readonly start: number; readonly end: number; readonly place: Place } | undefined {
  let start = before.length;
  for (let depth = 0; start > 0; start--) {
    const token = before[start - 1];
    if (token === undefined || (depth <= 0 && (token.tokenType === Newline || token.image === "{"))) break;
    if (depth <= 0 && (token.image === "=" || token.image === "return")) break;
    if (isCloser(token)) depth++;
    else if (isOpener(token)) depth--;
  }
  let end = from;
  for (let depth = 0; end < tokens.length; end++) {
    const token = tokens[end];
    if (token === undefined || (depth <= 0 && (token.tokenType === Newline || token.image === "}"))) break;
    if (isOpener(token)) depth++;
    else if (isCloser(token)) depth--;
  }
  const [first, last] = [before[start], tokens[end - 1] ?? before.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const close = end > from ? endOf(last) : endOf(tokens[from - 1] ?? last);
  return { start, end, place: { start: first.startOffset, end: close } };
}

/** The index of the closing bracket around a row, or of the end of the statement. */
function rowEnd(tokens: readonly IToken[], from: number): number {
  let depth = 0;
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) return i;
    if (isOpener(token)) depth++;
    else if (isCloser(token) && --depth < 0) return i;
  }
  return tokens.length;
}

const plainName = /^"[A-Za-z_]\w*"$/;

/** `Dense({units: 32})`, `Dense({"units": 32})`. */
function optionsInBraces({ text, tokens, at, before }: Look): Idiom | undefined {
  const [open, brace, key, colon] = tokens.slice(at, at + 4);
  if (open === undefined || brace?.image !== "{" || colon?.image !== ":" || !isName(before.at(-1))) return undefined;
  if (!isName(key) && !plainName.test(key?.image ?? "")) return undefined;
  const end = partnerOf(tokens, at + 1);
  const last = end === undefined ? undefined : tokens[end];
  if (end === undefined || last === undefined || tokens[end + 1]?.image !== ")") return undefined;
  const inner: IToken[] = [];
  let written = "";
  let copied = endOf(brace);
  let depth = 0;
  for (let i = at + 2; i < end; i++) {
    const token = tokens[i];
    if (token === undefined || (depth === 0 && token.tokenType === Newline)) continue;
    if (isOpener(token)) depth++;
    else if (isCloser(token)) depth--;
    const isKey = depth === 0 && plainName.test(token.image) && tokens[i + 1]?.image === ":";
    const name = token.image.slice(1, -1);
    if (isKey) {
      written += text.slice(copied, token.startOffset) + name;
      copied = endOf(token);
    }
    inner.push(
      isKey ? { ...token, tokenType: Identifier, tokenTypeIdx: Identifier.tokenTypeIdx ?? -1, image: name } : token,
    );
  }
  written += text.slice(copied, last.startOffset);
  const place = { start: brace.startOffset, end: endOf(last) };
  return {
    used: end + 1 - at,
    tokens: [open, ...inner],
    problem: {
      start: place.start,
      end: endOf(brace),
      found: "'{'",
      expected: "an option",
      hint: "options stand in the parentheses, without braces: Dense(32, activation: relu)",
      fix: { title: "leave out '{' and '}'", sure: true, ...place, text: written.trim() },
    },
  };
}

/** `image: torch.float32[28]`: a type stands without a module. */
function typeOfModule({ tokens, at, before }: Look): Idiom | undefined {
  const [module, dot, name] = tokens.slice(at, at + 3);
  if (dot?.image !== "." || module === undefined || name === undefined || before.at(-1)?.image !== ":")
    return undefined;
  if (!/^(torch|tf|np|numpy|jnp)$/.test(module.image) || !/^(float|int|uint|bool|long|double)\d*$/.test(name.image))
    return undefined;
  const place = { start: module.startOffset, end: name.startOffset };
  const hint = "types stand without a module: f32[28, 28, 1]";
  const fix = { title: "leave out the module", sure: true, ...place, text: "" };
  const problem = {
    start: place.start,
    end: endOf(module),
    found: quoted(module.image),
    expected: "a type",
    hint,
    fix,
  };
  return { used: 2, tokens: [], problem };
}

const noFunctions = "you cannot define functions; a 'block' names a part of a network";

/** Writes the body of a function of one value with the current value in place of its name. */
function ofCurrent(text: string, tokens: readonly IToken[], from: number, to: number, name: string): string {
  let written = "";
  let copied = tokens[from]?.startOffset ?? 0;
  for (const token of tokens.slice(from, to)) {
    if (token.image !== name) continue;
    written += `${text.slice(copied, token.startOffset)}_`;
    copied = endOf(token);
  }
  return written + text.slice(copied, endOf(tokens[to - 1] ?? (tokens[from] as IToken)));
}

/** `lambda x: x / 2`. */
function lambda(all: Look): Idiom | undefined {
  const { tokens, at } = all;
  const word = tokens[at];
  const colon = findOutside(tokens, at + 1, ({ image }) => image === ":");
  const names = colon === undefined ? [] : tokens.slice(at + 1, colon);
  if (word === undefined || colon === undefined || names.length === 0) return undefined;
  if (!names.every((token) => isName(token) || token.image === ",")) return undefined;
  const end = findOutside(tokens, colon + 1, endsRow) ?? rowEnd(tokens, colon + 1);
  if (end <= colon + 1) return undefined;
  const problem = { ...placeOf(tokens, at, at + 1), found: "'lambda'", expected: "a value", hint: noFunctions };
  const name = names.length === 1 ? names[0]?.image : undefined;
  return (
    lambdaLayer(all, { from: colon + 1, to: end, name }, problem) ?? {
      used: end - at,
      tokens: unreadValue(placeOf(tokens, at, end)),
      problem,
    }
  );
}

interface FunctionBody {
  readonly from: number;
  readonly to: number;
  readonly name: string | undefined;
}

/** A layer on its own line that only holds a function of one value: `layers.Lambda(lambda x: x / 2)`. */
function lambdaLayer(look: Look, { from, to, name }: FunctionBody, problem: Problem): Idiom | undefined {
  const { text, tokens, at, before } = look;
  if (name === undefined || before.at(-1)?.image !== "(" || before.at(-2)?.image !== "Lambda") return undefined;
  let first = before.length - 2;
  while (first >= 2 && before[first - 1]?.image === "." && isName(before[first - 2])) first -= 2;
  const previous = before[first - 1];
  const begins = previous === undefined || previous.tokenType === Newline || previous.image === "{";
  if (!begins || tokens[to]?.image !== ")" || statementEnd(tokens, to + 1) !== to + 1) return undefined;
  const start = before[first]?.startOffset ?? 0;
  const end = endOf(tokens[to] as IToken);
  const written = ofCurrent(text, tokens, from, to, name);
  return {
    used: to + 1 - at,
    back: before.length - first,
    tokens: unreadValue({ start, end }),
    problem: { ...problem, fix: { title: `write ${written}`, sure: true, start, end, text: written } },
  };
}

/** `Lambda(x => x * 2)`, whose arrow is read as `->`. */
function arrowFunction({ text, tokens, at, before, where, inBody }: Look): Idiom | undefined {
  const [open, name, arrow] = tokens.slice(at, at + 3);
  if (
    open === undefined ||
    name === undefined ||
    before.at(-1)?.image !== "Lambda" ||
    !isName(name) ||
    arrow?.image !== "->"
  )
    return undefined;
  if (text.slice(arrow.startOffset, arrow.startOffset + 2) !== "=>") return undefined;
  const end = partnerOf(tokens, at);
  if (end === undefined || end <= at + 3) return undefined;
  const problem = { ...placeOf(tokens, at + 2, at + 3), found: "'=>'", expected: "a value", hint: noFunctions };
  const look = { text, tokens, at: at + 1, before: [...before, open], where, inBody };
  const read = lambdaLayer(look, { from: at + 3, to: end, name: name.image }, problem);
  return read === undefined ? undefined : { ...read, used: read.used + 1, back: (read.back ?? 1) - 1 };
}

/** `elif` after a body in braces. */
function elseIf({ tokens, at, before }: Look): Idiom | undefined {
  const word = tokens[at];
  const isBroken = before.at(-1)?.tokenType === Newline;
  if (word === undefined || before.at(isBroken ? -2 : -1)?.image !== "}" || touches(word, tokens[at + 1]))
    return undefined;
  const place = { start: word.startOffset, end: endOf(word) };
  return {
    used: 1,
    back: isBroken ? 1 : 0,
    tokens: [standIn(words.else, place), standIn(words.if, place)],
    problem: {
      ...place,
      found: "'elif'",
      expected: "'else if'",
      hint: "write 'else if'",
      fix: { title: "write else if", sure: true, ...place, text: "else if" },
    },
  };
}

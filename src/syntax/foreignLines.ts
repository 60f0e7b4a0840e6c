// Lines that begin as other languages begin them, between declarations, in bodies and among clauses.

import type { IToken } from "./chevrotain.ts";
import { caffeLayer, darknetLayer } from "./foreignFiles.ts";
import { copies, eachOf, endless, epochs, loop, otherLoop, times } from "./foreignLoops.ts";
import { bodyEnd, foreignNetwork } from "./foreignNetworks.ts";
import { A_DECLARATION } from "./parser/hints.ts";
import { endOf, quoted } from "./problem.ts";
import {
  findOutside,
  type Idiom,
  instead,
  isName,
  isNumber,
  type Look,
  type Place,
  partnerOf,
  placeOf,
  standIn,
  statementEnd,
  touches,
  unreadValue,
} from "./rows.ts";
import { atoms, ForeignOperator, Newline, signs, type TokenEntry, words } from "./tokens.ts";

/** Takes out a line with its end. */
function wholeLine(text: string, { start, end }: Place): Place {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const rest = /^[ \t;]*(?:(?:\/\/|#)[^\n]*)?\n?/.exec(text.slice(end, end + 1_000))?.[0] ?? "";
  return /^\s*$/.test(text.slice(from, start)) ? { start: from, end: end + rest.length } : { start, end };
}

/** The words that name a value in other languages. */
const declaring = new Set(["const", "var", "val", "let", "final", "auto", "mut"]);
const declarationWords = new Set(["const", "dataset", "block", "model", "train", "import"]);
const networks = new Set(["class", "def", "function", "fn", "func", "fun", "network", "net", "struct"]);

export function foreignDeclaration(look: Look): Idiom | undefined {
  const { tokens, at } = look;
  const [first, second, third] = tokens.slice(at, at + 3);
  if (first === undefined) return undefined;
  if (first.image === "@" && isName(second)) return decorator(look);
  if (networks.has(first.image) && isName(second) && third?.image === "(") return network(look);
  if (first.image === "model" && isName(second) && (third?.image === "{" || third?.image === "="))
    return noInputs(look);
  if (declaring.has(first.image) && first.image !== "const" && isName(second) && third?.image === "=")
    return constant(look, 1);
  if (isName(first) && second?.image === "=") return constant(look, 0);
  if (isName(first) && second?.image === "." && isName(third)) return methodCall(look);
  return first.image === "print" && second?.image === "(" ? methodCall(look) : undefined;
}

/** `@nn.compact` above a declaration. */
function decorator({ text, tokens, at }: Look): Idiom | undefined {
  const end = statementEnd(tokens, at);
  const start = tokens[at]?.startOffset ?? 0;
  const begins = /^\s*$/.test(text.slice(text.lastIndexOf("\n", start - 1) + 1, start));
  const next = tokens[end + 1]?.image ?? "model";
  if (!begins || (!networks.has(next) && next !== "model" && next !== "block" && next !== "@")) return undefined;
  const place = placeOf(tokens, at, end);
  const fix = { title: "leave out the line", at: wholeLine(text, place), text: "" };
  const problem = instead(place, A_DECLARATION, "nothing stands above a declaration but comments", "'@'", fix);
  return { used: end - at, tokens: [], problem };
}

/** `class Net(image: f32[28, 28, 1]) {`. */
function network({ tokens, at }: Look): Idiom | undefined {
  const first = tokens[at];
  const close = partnerOf(tokens, at + 2);
  const brace = close === undefined ? undefined : findOutside(tokens, close + 1, ({ image }) => image === "{");
  if (first === undefined || brace === undefined || tokens.slice(close, brace).some((one) => one.tokenType === Newline))
    return undefined;
  const place = placeOf(tokens, at, at + 1);
  const hint = "write a network as a 'model', a part of one as a 'block'";
  const fix = { title: "write model", at: place, text: "model" };
  const problem = instead(place, A_DECLARATION, hint, quoted(first.image), fix);
  return { used: 1, tokens: [standIn(words.model, place)], problem };
}

/** Returns the tokens of a model that nobody can read, so that its name is known. */
function opaqueModel(name: IToken, { start, end }: Place): readonly IToken[] {
  const after = { start: end, end };
  return [
    standIn(words.model, { start, end: start }),
    name,
    standIn(signs.open, after),
    standIn(signs.close, after),
    standIn(signs.openBrace, after),
    ...unreadValue(after),
    standIn(signs.closeBrace, after),
  ];
}

/** `model Net {`: what its layers make of unknown inputs is unknown. */
function noInputs({ tokens, at }: Look): Idiom | undefined {
  const name = tokens[at + 1];
  const sign = tokens[at + 2];
  const brace = sign?.image === "=" ? at + 3 : at + 2;
  const close = tokens[brace]?.image === "{" ? partnerOf(tokens, brace) : undefined;
  if (name === undefined || sign === undefined || close === undefined) return undefined;
  const place = placeOf(tokens, at + 2, at + 3);
  const hint = "write the inputs in parentheses: (x: f32[28, 28, 1])";
  return {
    used: close + 1 - at,
    tokens: opaqueModel(name, placeOf(tokens, at, close + 1)),
    problem: { ...place, found: quoted(sign.image), expected: "'('", hint },
  };
}

/** `width = 64`, `let width = 64`, `model = Sequential([…])`. */
function constant({ tokens, at }: Look, skipped: 0 | 1): Idiom | undefined {
  const name = tokens[at + skipped];
  const assign = tokens[at + skipped + 1];
  if (name === undefined || assign === undefined) return undefined;
  const value = at + skipped + 2;
  let last = value;
  while (tokens[last + 1]?.image === "." && isName(tokens[last + 2])) last += 2;
  const end = statementEnd(tokens, at);
  const first = placeOf(tokens, at, at + 1);
  if (/^[A-Z]/.test(tokens[last]?.image ?? "") && tokens[last + 1]?.image === "(") {
    const place = placeOf(tokens, at + skipped + 1, at + skipped + 2);
    const hint = "a model lists its layers in braces: model Net(image: f32[28, 28, 1]) { … }";
    const problem = { ...place, found: "'='", expected: A_DECLARATION, hint };
    return { used: end - at, tokens: opaqueModel(name, placeOf(tokens, at, end)), problem };
  }
  if (declarationWords.has(name.image)) return undefined;
  const hint = "outside models and blocks, 'const' names numbers";
  const fix =
    skipped === 1
      ? { title: "write const", at: first, text: "const" }
      : { title: "add 'const'", at: { start: first.start, end: first.start }, text: "const " };
  const problem = instead(first, A_DECLARATION, hint, quoted(tokens[at]?.image ?? ""), fix);
  return { used: skipped + 1, tokens: [standIn(words.const, { start: first.start, end: first.start }), name], problem };
}

const trainingHint = "a training says how a model learns: train Net on Data { loss mse, … }";
const methods = new Map([
  ["compile", trainingHint],
  ["fit", trainingHint],
  ["fit_generator", trainingHint],
  ["evaluate", "nnc evaluate measures a trained model"],
  ["predict", "nnc predict runs a trained model"],
  ["save", "nnc train writes the weights: nnc train --help"],
  ["summary", "nnc summary shows shapes and parameters"],
  ["print", "nnc summary shows shapes and parameters"],
]);
/** Calls that say nothing about a network. */
const silent = new Set(["summary", "print", "to", "cuda", "eval", "train", "zero_grad", "backward", "step", "save"]);

/** `model.fit(x, y)` between declarations. */
function methodCall({ text, tokens, at }: Look): Idiom | undefined {
  const end = statementEnd(tokens, at);
  const path: string[] = [];
  let last = at;
  for (; isName(tokens[last]); last += 2) {
    path.push(tokens[last]?.image ?? "");
    if (tokens[last + 1]?.image !== ".") break;
  }
  if (tokens[last + 1]?.image !== "(") return undefined;
  const place = placeOf(tokens, at, last + 1);
  const method = path.at(-1) ?? "";
  const hint = methods.get(method) ?? "layers and values belong inside a model or a block";
  const problem = { ...place, found: quoted(path.join(".")), expected: A_DECLARATION, hint };
  const all = wholeLine(text, placeOf(tokens, at, end));
  const fix = silent.has(method) ? { fix: { title: "leave out the line", sure: true, ...all, text: "" } } : {};
  return { used: end - at, tokens: [], problem: { ...problem, ...fix } };
}

export function foreignStatement(look: Look): Idiom | undefined {
  const { tokens, at } = look;
  const [first, second] = tokens.slice(at, at + 2);
  if (first === undefined) return undefined;
  if (first.image === "for") return loop(look) ?? otherLoop(look) ?? eachOf(look);
  if (silentWords.has(first.image)) return silentLine(look);
  if (second?.image === "*" && isNumber(first)) return copies(look);
  if (second?.image === "<") return arrowName(look);
  if (first.image === "while" && second !== undefined && !/^[=(.,]|->$/.test(second.image)) return endless(look);
  if (first.image === "repeat") return times(look);
  if (first.image === ".") return leadingDot(look);
  if (first.image === "[") return darknetLayer(look);
  if (first.image === "layer" && second?.image === "{") return caffeLayer(look);
  if (isName(first) && second?.tokenType === ForeignOperator && /^(?:[+*/@-]|\*\*)=$/.test(second.image))
    return changed(look);
  if (declaring.has(first.image) && (isName(second) || second?.image === "(")) return unpacked(look, 1) ?? named(look);
  return isName(first) && second?.image === "," ? unpacked(look, 0) : foreignNetwork(look);
}

/** `const h = …`, `let mut h = …`, `let h: f32[3] = …`. */
function named({ text, tokens, at }: Look): Idiom | undefined {
  let index = at + 1;
  if (tokens[index]?.image === "mut" && isName(tokens[index + 1])) index++;
  const name = tokens[index];
  const word = tokens[at];
  const typed = tokens[index + 1]?.image === ":";
  const assign = typed ? findOutside(tokens, index + 2, ({ image }) => image === "=") : index + 1;
  if (
    word === undefined ||
    name === undefined ||
    !isName(name) ||
    assign === undefined ||
    tokens[assign]?.image !== "="
  )
    return undefined;
  if (statementEnd(tokens, at) < assign || (word.image === "let" && index === at + 1 && !typed)) return undefined;
  const start = word.startOffset;
  const plain = word.image === "let" && index === at + 1;
  const odd = word.image === "let" ? (plain ? index + 1 : at + 1) : at;
  const place = placeOf(tokens, odd, odd + 1);
  const hint = plain ? "the type of a value follows from how it is computed" : "'let' names a value";
  const written = `let ${text.slice(name.startOffset, endOf(name))}`;
  const end = endOf(tokens[assign - 1] ?? name);
  return {
    used: assign - at,
    tokens: [standIn(words.let, { start, end: endOf(word) }), name],
    problem: instead(place, odd === at ? "'let'" : plain ? "'='" : "a name", hint, quoted(tokens[odd]?.image ?? ""), {
      title: `write ${written}`,
      at: { start, end },
      text: written,
    }),
  };
}

/** `out, (h, c) = …`, `let a, b = …`: values in a row get their names in parentheses. */
function unpacked({ tokens, at }: Look, skipped: 0 | 1): Idiom | undefined {
  const names: IToken[] = [];
  let index = at + skipped;
  let touchesName = false;
  for (; ; index++) {
    const token = tokens[index];
    if (token === undefined || token.tokenType === Newline) return undefined;
    if (token.image === "=") break;
    const isPart = isName(token) || token.tokenType === atoms.placeholder.type;
    if (isPart && touchesName) return undefined;
    touchesName = isPart;
    if (isPart) names.push(token);
    else if (!/^[(),]$/.test(token.image)) return undefined;
  }
  const [first, last] = [tokens[at + skipped], tokens[index - 1]];
  if (names.length < 2 || first === undefined || last === undefined) return undefined;
  // `let (a, b) = …` is right.
  const inner = tokens.slice(at + skipped + 1, index - 1).some(({ image }) => /^[()]$/.test(image));
  if (first.image === "(" && last.image === ")" && !inner && skipped === 1 && tokens[at]?.image === "let")
    return undefined;
  const place = placeOf(tokens, at, index);
  const closed = bodyEnd(tokens, index);
  const isRead = ({ image }: IToken): boolean =>
    tokens.slice(index, closed).some((token) => token.image === image && isName(token));
  const written = `let (${names.map((name) => (isRead(name) || !names.some(isRead) ? name.image : "_")).join(", ")})`;
  const around: IToken[] = names.flatMap((name, i) =>
    i === 0 ? [name] : [standIn(signs.comma, { start: name.startOffset, end: name.startOffset }), name],
  );
  const edge = (entry: TokenEntry, offset: number): IToken => standIn(entry, { start: offset, end: offset });
  return {
    used: index - at,
    tokens: [edge(words.let, place.start), edge(signs.open, place.start), ...around, edge(signs.close, place.end)],
    problem: instead(place, "'let'", "names of several values stand in parentheses: let (a, b) = …", "several names", {
      title: `write ${written}`,
      at: place,
      text: written,
    }),
  };
}

/** `y += x`: the sum is the current value then, or has a name of its own where `y` is read again. */
function changed({ text, tokens, at }: Look): Idiom | undefined {
  const [name, sign, value] = tokens.slice(at, at + 3);
  const end = statementEnd(tokens, at);
  if (name === undefined || sign === undefined || value === undefined || end <= at + 2) return undefined;
  const closed = bodyEnd(tokens, end);
  const reads = tokens.slice(end, closed).filter((token) => token.image === name.image && isName(token));
  const whole = placeOf(tokens, at, end);
  const own = text.slice(value.startOffset, whole.end);
  const sum = `${name.image} ${sign.image.slice(0, -1)} ${grouped(own)}`;
  const problem = instead(
    placeOf(tokens, at + 1, at + 2),
    "a name, a value or an operator",
    "values never change: a sum is a new value",
    quoted(sign.image),
    reads.length === 0
      ? { title: `write ${sum}`, at: whole, text: sum }
      : renamed(text, tokens, { at, end, closed, sum }),
  );
  return { used: end - at, tokens: unreadValue(whole), problem };
}

/** A value that stays one behind any operator. */
const grouped = (value: string): string => (/^[\w.]+$|^\w+\([^()]*\)$/.test(value) ? value : `(${value})`);

/** Gives a changed value a name of its own, from here to where it is read last. */
function renamed(
  text: string,
  tokens: readonly IToken[],
  {
    at,
    end,
    closed,
    sum,
  }: { readonly at: number; readonly end: number; readonly closed: number; readonly sum: string },
): { readonly title: string; readonly at: Place; readonly text: string } {
  const old = tokens[at]?.image ?? "";
  const used = new Set(tokens.map(({ image }) => image));
  let number = 2;
  while (used.has(`${old}${number}`)) number++;
  const name = `${old}${number}`;
  let written = `let ${name} = ${sum}`;
  let copied = endOf(tokens[end - 1] ?? (tokens[at] as IToken));
  const start = tokens[at]?.startOffset ?? 0;
  for (const token of tokens.slice(end, closed)) {
    if (token.image !== old || !isName(token)) continue;
    written += text.slice(copied, token.startOffset) + name;
    copied = endOf(token);
  }
  return { title: `write let ${name} = ${sum}`, at: { start, end: copied }, text: written };
}

/** Words of lines that compute nothing. */
const silentWords = new Set(["assert", "pass", "end"]);

function silentLine({ text, tokens, at, before }: Look): Idiom | undefined {
  const [word, next] = tokens.slice(at, at + 2);
  const end = statementEnd(tokens, at);
  if (word === undefined) return undefined;
  const isAlone = (word.image === "pass" || word.image === "end") && end === at + 1;
  const isClaim = word.image === "assert" && next !== undefined && end > at + 1 && !/^[=(.,]|->$/.test(next.image);
  if (!isAlone && !isClaim) return undefined;
  if (before.some(({ image }) => image === word.image)) return undefined;
  const hint = isAlone ? "a '}' ends a body" : "nnc summary shows shapes, and editors show them next to each line";
  const fix = { title: "leave out the line", at: wholeLine(text, placeOf(tokens, at, end)), text: "" };
  const problem = instead(placeOf(tokens, at, at + 1), "a layer or a value", hint, quoted(word.image), fix);
  return { used: end - at, tokens: [], problem };
}

/** `h <- Dense(8)`. */
function arrowName({ text, tokens, at }: Look): Idiom | undefined {
  const [name, less, minus, value] = tokens.slice(at, at + 4);
  if (name === undefined || !isName(name) || minus?.image !== "-" || !touches(less, minus)) return undefined;
  if (value === undefined || touches(minus, value)) return undefined;
  const place = placeOf(tokens, at, at + 3);
  const written = `let ${text.slice(place.start, endOf(name))} =`;
  const sign = placeOf(tokens, at + 1, at + 3);
  const problem = instead(sign, "'='", "'let' gives a value its name: let y = …", "'<-'", {
    title: `write ${written}`,
    at: place,
    text: written,
  });
  return { used: 3, tokens: [standIn(words.let, placeOf(tokens, at, at)), name, standIn(signs.assign, sign)], problem };
}

/** A chain of calls over several lines: `.Dense(3)`. */
function leadingDot({ tokens, at, before }: Look): Idiom | undefined {
  const [dot, name, open] = tokens.slice(at, at + 3);
  const isFirst = before.at(-1)?.tokenType !== Newline;
  if (dot === undefined || isFirst || !/^[A-Z]/.test(name?.image ?? "") || open?.image !== "(") return undefined;
  const place = placeOf(tokens, at, at + 1);
  const fix = { title: "write ->", at: place, text: "-> " };
  const problem = instead(place, "'->'", "'->' passes a value on", "'.'", fix);
  return { used: 1, back: 1, tokens: [standIn(signs.arrow, place)], problem };
}

export function foreignClause(look: Look): Idiom | undefined {
  const { text, tokens, at } = look;
  const [first, second, third] = tokens.slice(at, at + 3);
  if (first === undefined) return undefined;
  if (first.image === "for") return epochs(look);
  if (isName(first) && second?.image === "." && isName(third)) return stepCall(look);
  if (!isName(first) || second?.image !== "-" || third === undefined || !isName(third)) return undefined;
  if (!touches(first, second) || !touches(second, third)) return undefined;
  const place = placeOf(tokens, at, at + 3);
  const written = `${first.image}_${third.image}`;
  return {
    used: 3,
    tokens: [{ ...first, image: written, endOffset: place.end - 1 }],
    problem: instead(placeOf(tokens, at + 1, at + 2), "a value", "a name has '_' in place of '-'", "'-'", {
      title: `write ${written}`,
      at: place,
      text: text.slice(place.start, place.end).replace("-", "_"),
    }),
  };
}

/** `optimizer.step()`, `loss.backward()`, `model.fit(…)` among the clauses of a training. */
function stepCall({ text, tokens, at }: Look): Idiom | undefined {
  const [object, , method, open] = tokens.slice(at, at + 4);
  if (object === undefined || method === undefined || open?.image !== "(") return undefined;
  const end = statementEnd(tokens, at);
  const place = placeOf(tokens, at, at + 3);
  const isOwn = silent.has(method.image);
  const hint = isOwn
    ? "a training computes gradients and takes its steps by itself"
    : "clauses say how a model learns: loss, optimizer, metrics, epochs, batch";
  const problem = { ...place, found: quoted(`${object.image}.${method.image}`), expected: "a clause or '}'", hint };
  const all = wholeLine(text, placeOf(tokens, at, end));
  const fix = isOwn ? { fix: { title: "leave out the line", sure: true, ...all, text: "" } } : {};
  return { used: end - at, tokens: [], problem: { ...problem, ...fix } };
}

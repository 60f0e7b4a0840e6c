// Lines that begin as other languages begin them, between declarations, in bodies and among clauses.

import type { IToken } from "./chevrotain.ts";
import { caffeLayer, darknetLayer } from "./foreignFiles.ts";
import { foreignNetwork } from "./foreignNetworks.ts";
import { A_DECLARATION } from "./parser/hints.ts";
import { endOf, type Problem, quoted } from "./problem.ts";
import {
  aName,
  countedLoop,
  findOutside,
  type Idiom,
  isName,
  type Look,
  type Place,
  partnerOf,
  placeOf,
  standIn,
  statementEnd,
  touches,
  unreadValue,
} from "./rows.ts";
import { atoms, Newline, signs, type TokenEntry, words } from "./tokens.ts";

/** The problem of a place, with the text to write instead. */
function instead(
  place: Place,
  expected: string,
  hint: string,
  found: string,
  fix: { readonly title: string; readonly at: Place; readonly text: string; readonly sure?: boolean },
): Problem {
  const { title, at, text, sure = true } = fix;
  return { ...place, found, expected, hint, fix: { title, sure, ...at, text } };
}

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
  if (first.image === "for") return loop(look);
  if (first.image === "while" && second !== undefined && !/^[=(.,]|->$/.test(second.image)) return endless(look);
  if (first.image === "repeat") return times(look);
  if (first.image === ".") return leadingDot(look);
  if (first.image === "[") return darknetLayer(look);
  if (first.image === "layer" && second?.image === "{") return caffeLayer(look);
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
  const written = `let (${names.map(({ image }) => image).join(", ")})`;
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

/** `for i in range(3) {`, `for _ in 0..3 {`. */
function loop({ text, tokens, at }: Look): Idiom | undefined {
  const found = countedLoop(tokens, at);
  const brace = at + (found?.length ?? 0);
  const end = found !== undefined && tokens[brace]?.image === "{" ? partnerOf(tokens, brace) : undefined;
  if (found === undefined || end === undefined) return undefined;
  if (found.name !== "_" && tokens.slice(brace, end).some(({ image }) => image === found.name)) return undefined;
  const place = placeOf(tokens, at, brace);
  const count = placeOf(found.count, 0, found.count.length);
  const written = `repeat ${text.slice(count.start, count.end)}`;
  const word = placeOf(tokens, at, at + 1);
  return {
    used: found.length,
    tokens: [standIn(words.repeat, word), ...found.count],
    problem: instead(word, "'repeat'", "there are only counted loops: repeat 3 { … }", "'for'", {
      title: `write ${written}`,
      at: place,
      text: written,
    }),
  };
}

/** `while …`: nothing here changes while it runs. */
function endless({ tokens, at }: Look): Idiom {
  const end = statementEnd(tokens, at);
  const hint = "there are only counted loops: repeat 3 { … }";
  const problem = { ...placeOf(tokens, at, at + 1), found: "'while'", expected: "'repeat'", hint };
  return { used: end - at, tokens: unreadValue(placeOf(tokens, at, end)), problem };
}

/** `repeat 3 times {`. */
function times({ tokens, at }: Look): Idiom | undefined {
  const [word, count, extra, brace] = tokens.slice(at, at + 4);
  if (word === undefined || count === undefined || extra === undefined || !/^(times|x)$/.test(extra.image))
    return undefined;
  if (brace?.image !== "{" || touches(count, extra)) return undefined;
  const place = placeOf(tokens, at + 2, at + 3);
  const fix = { title: `leave out ${extra.image}`, at: { start: endOf(count), end: place.end }, text: "" };
  const problem = instead(place, "'{'", "the body follows the number: repeat 3 { … }", quoted(extra.image), fix);
  return { used: 3, tokens: [word, count], problem };
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

/** `for epoch in range(5):` among the clauses of a training. */
function epochs({ text, tokens, at }: Look): Idiom | undefined {
  const found = countedLoop(tokens, at);
  const [number] = found?.count ?? [];
  if (found === undefined || number === undefined) return undefined;
  const colon = tokens[at + found.length]?.image === ":";
  const used = found.length + (colon ? 1 : 0);
  const place = placeOf(tokens, at, at + used);
  const count = placeOf(found.count, 0, found.count.length);
  const written = `epochs ${text.slice(count.start, count.end)}`;
  const word = placeOf(tokens, at, at + 1);
  const end = statementEnd(tokens, at + used) === at + used;
  return {
    used,
    tokens: [standIn(aName, word, "epochs"), ...found.count],
    problem: instead(word, "a clause", "a training counts epochs: epochs 5", "'for'", {
      title: `write ${written}`,
      at: place,
      text: end ? written : `${written}\n`,
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

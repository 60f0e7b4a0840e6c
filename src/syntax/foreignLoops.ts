// Loops as other languages write them, in a body and among clauses: layers in a row are applied by `repeat`, and a training
// counts epochs.

import { endOf, quoted } from "./problem.ts";
import {
  aName,
  countedLoop,
  type Idiom,
  instead,
  isName,
  type Look,
  partnerOf,
  placeOf,
  standIn,
  statementEnd,
  touches,
  unreadValue,
} from "./rows.ts";
import { Newline, words } from "./tokens.ts";

/** `for i in range(3) {`, `for _ in 0..3 {`. */
export function loop({ text, tokens, at }: Look): Idiom | undefined {
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

/** `for (let i = 0; i < 3; i++) {`, `for i in 0..3 {`. */
export function otherLoop({ text, tokens, at }: Look): Idiom | undefined {
  const start = tokens[at]?.startOffset ?? 0;
  const head = text.slice(start, start + 200);
  const [whole = "", name = "", count = ""] =
    /^for\s*\(\s*(?:let|var|int|const)?\s*(\w+)\s*=\s*0\s*;\s*\1\s*<\s*(\w+)\s*;\s*(?:\1\s*\+\+|\+\+\s*\1|\1\s*\+=\s*1)\s*\)\s*(?=\{)/.exec(
      head,
    ) ??
    /^for\s+(\w+)\s+in\s+0\s*\.\.\s*(\w+)\s*(?=\{)/.exec(head) ??
    [];
  let brace = at;
  while (whole !== "" && brace < tokens.length && (tokens[brace]?.startOffset ?? 0) < start + whole.length) brace++;
  const end = tokens[brace]?.image === "{" ? partnerOf(tokens, brace) : undefined;
  if (whole === "" || end === undefined) return undefined;
  if (name !== "_" && tokens.slice(brace, end).some(({ image }) => image === name)) return undefined;
  const place = { start, end: start + whole.trimEnd().length };
  const word = placeOf(tokens, at, at + 1);
  const written = `repeat ${count}`;
  return {
    used: brace - at,
    tokens: [standIn(words.repeat, word), ...unreadValue({ start: word.end, end: place.end })],
    problem: instead(word, "'repeat'", "there are only counted loops: repeat 3 { … }", "'for'", {
      title: `write ${written}`,
      at: place,
      text: written,
    }),
  };
}

/** `for n in [64, 32] {`: the body once for each. */
export function eachOf({ text, tokens, at }: Look): Idiom | undefined {
  const [word, name, within, open] = tokens.slice(at, at + 4);
  if (word === undefined || name === undefined || !isName(name) || within?.image !== "in") return undefined;
  const close = open?.image === "[" || open?.image === "(" ? partnerOf(tokens, at + 3) : undefined;
  const brace = (close ?? 0) + 1;
  const end = close !== undefined && tokens[brace]?.image === "{" ? partnerOf(tokens, brace) : undefined;
  if (close === undefined || end === undefined) return undefined;
  const items = tokens.slice(at + 4, close).filter(({ image }) => image !== ",");
  const isPlain = items.length > 0 && items.length <= 16 && 2 * items.length - 1 === close - at - 4;
  if (!isPlain) return undefined;
  const body = tokens
    .slice(brace + 1, end)
    .filter((token, i, all) => token.tokenType !== Newline || (i > 0 && i < all.length - 1));
  const [first, last] = [body[0], body.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const place = placeOf(tokens, at, end + 1);
  const lines = items.map(({ image }) => {
    let written = "";
    let copied = first.startOffset;
    for (const token of body)
      if (token.image === name.image) {
        written += text.slice(copied, token.startOffset) + image;
        copied = endOf(token);
      }
    return (written + text.slice(copied, endOf(last))).replace(/\n[ \t]+/g, "\n");
  });
  const indent = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", place.start - 1) + 1, place.start))?.[0] ?? "";
  const written = lines.join("\n").replaceAll("\n", `\n${indent}`);
  return {
    used: end + 1 - at,
    tokens: unreadValue(place),
    problem: instead(
      placeOf(tokens, at, at + 1),
      "'repeat'",
      "there are only counted loops: write the layers of a list one below another",
      "'for'",
      { title: "write the body for each", at: place, text: written },
    ),
  };
}

/** `3 * Dense(32, relu)`. */
export function copies({ text, tokens, at, before }: Look): Idiom | undefined {
  const [count, , layer, open] = tokens.slice(at, at + 4);
  const end = statementEnd(tokens, at);
  if (count === undefined || layer === undefined || open?.image !== "(" || !/^[A-Z]/.test(layer.image))
    return undefined;
  // A layer of this name may be applied to a tensor in its parentheses.
  if (before.some(({ image }, i) => image === layer.image && before[i - 1]?.image === "layer")) return undefined;
  if (partnerOf(tokens, at + 3) !== end - 1 || !/^\d+$/.test(count.image)) return undefined;
  const place = placeOf(tokens, at, end);
  const written = `repeat ${count.image} { ${text.slice(layer.startOffset, place.end)} }`;
  const sign = placeOf(tokens, at + 1, at + 2);
  const problem = instead(sign, "'{'", "'repeat' applies a layer several times: repeat 3 { … }", "'*'", {
    title: `write ${written.length > 40 ? "repeat … { … }" : written}`,
    at: place,
    text: written,
  });
  return { used: end - at, tokens: unreadValue(place), problem };
}

/** `while …`: nothing here changes while it runs. */
export function endless({ tokens, at }: Look): Idiom {
  const end = statementEnd(tokens, at);
  const hint = "there are only counted loops: repeat 3 { … }";
  const problem = { ...placeOf(tokens, at, at + 1), found: "'while'", expected: "'repeat'", hint };
  return { used: end - at, tokens: unreadValue(placeOf(tokens, at, end)), problem };
}

/** `repeat 3 times {`. */
export function times({ tokens, at }: Look): Idiom | undefined {
  const [word, count, extra, brace] = tokens.slice(at, at + 4);
  if (word === undefined || count === undefined || extra === undefined || !/^(times|x)$/.test(extra.image))
    return undefined;
  if (brace?.image !== "{" || touches(count, extra)) return undefined;
  const place = placeOf(tokens, at + 2, at + 3);
  const fix = { title: `leave out ${extra.image}`, at: { start: endOf(count), end: place.end }, text: "" };
  const problem = instead(place, "'{'", "the body follows the number: repeat 3 { … }", quoted(extra.image), fix);
  return { used: 3, tokens: [word, count], problem };
}

/** `for epoch in range(5):` among the clauses of a training. */
export function epochs({ text, tokens, at }: Look): Idiom | undefined {
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

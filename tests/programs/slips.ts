// Texts that are nearly programs: a program with one or two slips, as people make them and worse. Most are no programs any more.

import { allDefinitions } from "../../src/ops/registry.ts";
import { type Random, randomFrom } from "./random.ts";

const signs = "-> ( ) [ ] { } , : = . + - * / ** @ == != < <= _ ... ; # ' \" ` \\ $ é".split(" ");
const words =
  "if else repeat for in let return and or not true false none model block train dataset source input target loss optimizer metrics weights step epochs batch seed split param layer const import".split(
    " ",
  );
const numbers = "0 1 2 3 7 -1 0.5 1.5 1e9 1e-9 1e400 100% 3x3 0x2 999999999999 1_0 00".split(" ");
const definitions = allDefinitions().map(({ name }) => name);
const options = [...new Set(allDefinitions().flatMap((def) => Object.keys(def.options)))];

/** Words, numbers, strings, signs, and the spaces between them. */
const tokensOf = (text: string): string[] =>
  text.match(/"[^"\n]*"|`[^`\n]*`|[A-Za-z_]\w*|\d[\w.%]*|->|\*\*|[<>=!]=|\s+|./gsu) ?? [];
const isWord = (token: string): boolean => /^[A-Za-z_`]/.test(token);
const isNumber = (token: string): boolean => /^\d/.test(token);

/** A name with a letter more, less, other or elsewhere. */
function misspelt(random: Random, name: string): string {
  const at = random.int(0, Math.max(0, name.length - 1));
  const letter = random.pick([..."aeinorst_XZ"]);
  const [before, after] = [name.slice(0, at), name.slice(at + 1)];
  return random.pick([
    `${before}${after}`,
    `${before}${letter}${after}`,
    `${name}${letter}`,
    name.toUpperCase(),
    name.toLowerCase(),
  ]);
}

/** Another token in its place: one of its kind, or of any. */
function replaced(random: Random, token: string, all: readonly string[]): string {
  if (random.chance(0.15)) return random.pick([...signs, ...words, ...numbers]);
  if (isNumber(token)) return random.chance(0.7) ? random.pick(numbers) : random.pick(all.filter(isNumber));
  if (!isWord(token)) return random.pick(signs);
  const form = random.weighted({ misspelt: 2, own: 3, definition: 2, option: 1, word: 1, number: 1 });
  const from = { own: all.filter(isWord), definition: definitions, option: options, word: words, number: numbers };
  return form === "misspelt" ? misspelt(random, token) : random.pick(from[form]);
}

function changedTokens(random: Random, text: string): string {
  const tokens = tokensOf(text);
  const places = tokens.flatMap((token, i) => (token.trim() === "" ? [] : [i]));
  const at = random.pick(places);
  const own = tokens[at] ?? "";
  const put = (...instead: readonly string[]): string => tokens.toSpliced(at, 1, ...instead).join("");
  switch (random.weighted({ replace: 6, drop: 2, double: 1, insert: 1, swap: 1 })) {
    case "replace":
      return put(replaced(random, own, tokens));
    case "drop":
      return put();
    case "double":
      return put(own, random.pick([" ", ", ", ""]), own);
    case "insert":
      return put(own, " ", random.pick([...signs, ...words, ...numbers, ...definitions]), " ");
    case "swap": {
      const other = random.pick(places);
      return tokens
        .with(at, tokens[other] ?? "")
        .with(other, own)
        .join("");
    }
  }
}

function changedLines(random: Random, text: string): string {
  const lines = text.split("\n");
  const [at, other] = [random.int(0, lines.length - 1), random.int(0, lines.length - 1)];
  const line = lines[at] ?? "";
  switch (random.weighted({ drop: 3, move: 2, double: 1, cut: 1 })) {
    case "drop":
      return lines.toSpliced(at, 1).join("\n");
    case "move":
      return lines.toSpliced(at, 1).toSpliced(other, 0, line).join("\n");
    case "double":
      return lines.toSpliced(at, 0, line).join("\n");
    case "cut":
      return text.slice(0, random.int(0, text.length));
  }
}

/** Texts that a program's becomes by slips. */
export const withSlips = (text: string, seed: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => slipped(text, seed * 16 + i)).filter((made) => made !== text);

/** The text with one or a few slips; the same for the same seed. */
function slipped(text: string, seed: number): string {
  const random = randomFrom(seed);
  let made = text;
  for (let left = random.pick([1, 1, 1, 2, 3]); left > 0 && made.trim() !== ""; left--)
    made = random.chance(0.75) ? changedTokens(random, made) : changedLines(random, made);
  return made;
}

// Byte pair encoding: the same pairs and tokens as a plain definition gives, which counts everything anew for each token; texts back from
// tokens; and windows of tokens over running text.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytePairs, learnPairs } from "../../src/runtime/core/bytePairs.ts";
import { type DataPart, divideData } from "../../src/runtime/core/dataset.ts";
import { encodeDataset, learnColumns } from "../../src/runtime/core/encode.ts";
import { bpeEncoder } from "../../src/runtime/core/encoders/bpe.ts";
import type { ColumnInfo } from "../../src/runtime/core/program.ts";
import { stretchesOf } from "../../src/runtime/core/running.ts";

const wordsOf = (text: string): readonly string[] =>
  text.match(/'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu) ?? [];

/** The characters for bytes that GPT-2 writes, by its own recipe. */
const signs = (() => {
  const kept = [...Array(94).keys()].map((i) => i + 33).concat([...Array(12).keys()].map((i) => i + 161));
  kept.push(...[...Array(82).keys()].map((i) => i + 174));
  const found = new Map(kept.map((byte) => [byte, String.fromCharCode(byte)]));
  let more = 0;
  for (let byte = 0; byte < 256; byte++) if (!found.has(byte)) found.set(byte, String.fromCharCode(256 + more++));
  return found;
})();
const alphabet = [...signs.values()].sort();
const spelt = (word: string): string[] => [...Buffer.from(word, "utf8")].map((byte) => signs.get(byte)!);

/** Joins a pair wherever it stands, from left to right. */
function joined(word: readonly string[], one: string, other: string): string[] {
  const made: string[] = [];
  for (let i = 0; i < word.length; i++) {
    if (word[i] === one && word[i + 1] === other) {
      made.push(one + other);
      i++;
    } else made.push(word[i]!);
  }
  return made;
}

function plainPairs(text: string, most: number): readonly string[] {
  let words = wordsOf(text).map(spelt);
  const order = [...alphabet];
  const found: string[] = [];
  while (order.length < 256 + most) {
    const counts = new Map<string, number>();
    for (const word of words)
      for (let i = 0; i + 1 < word.length; i++) {
        const pair = `${word[i]} ${word[i + 1]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    const rank = (pair: string): readonly number[] => pair.split(" ").map((part) => order.indexOf(part));
    const [best] = [...counts]
      .filter(([, count]) => count > 1)
      .map(([pair, count]) => ({ pair, count, rank: rank(pair) }))
      .sort((a, b) => b.count - a.count || a.rank[0]! - b.rank[0]! || a.rank[1]! - b.rank[1]!);
    if (best === undefined) break;
    const [one, other] = best.pair.split(" ") as [string, string];
    if (!order.includes(one + other)) order.push(one + other);
    found.push(best.pair);
    words = words.map((word) => joined(word, one, other));
  }
  return found;
}

function plainTokens(text: string, pairs: readonly string[]): readonly number[] {
  const order = [...alphabet];
  for (const pair of pairs) if (!order.includes(pair.replace(" ", ""))) order.push(pair.replace(" ", ""));
  return wordsOf(text).flatMap((word) => {
    let parts = spelt(word);
    for (;;) {
      const ranks = parts.slice(1).map((other, i) => pairs.indexOf(`${parts[i]} ${other}`));
      const known = ranks.filter((rank) => rank >= 0);
      if (known.length === 0) return parts.map((part) => order.indexOf(part));
      const at = ranks.indexOf(Math.min(...known));
      parts = [...parts.slice(0, at), parts[at]! + parts[at + 1]!, ...parts.slice(at + 2)];
    }
  });
}

const tokensOf = (text: string, pairs: readonly string[]): readonly number[] =>
  [...bytePairs(pairs).words(text)].flatMap((word) => [...word]);

const tale =
  "Es war einmal ein kleiner Müller, der hatte drei Söhne, eine Mühle, einen Esel und einen Kater; die Söhne mussten mahlen, der Esel " +
  "Getreide holen und Mehl forttragen, die Katze aber die Mäuse wegfangen. Als der Müller starb, teilten sich die drei Söhne die Erbschaft.";

describe("byte pairs", () => {
  it("are those of a plain count, in order, for words of natural language", () => {
    const pairs = learnPairs([tale], 60);
    expect(pairs).toEqual(plainPairs(tale, 60));
    expect(pairs.length).toBeGreaterThan(40);
    expect(pairs.some((pair) => pair.includes("Ã"))).toBe(true);
    expect(tokensOf(tale, pairs)).toEqual(plainTokens(tale, pairs));
  });
  it("are those of a plain count where pairs overlap and many are as frequent", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "c", " ", "é"), maxLength: 60 });
    fc.assert(
      fc.property(texts, texts, fc.integer({ min: 0, max: 30 }), (text, other, most) => {
        const pairs = learnPairs([text], most);
        expect(pairs).toEqual(plainPairs(text, most));
        expect(tokensOf(other, pairs)).toEqual(plainTokens(other, pairs));
      }),
    );
  });
  it("make every text of tokens again", () => {
    const { words, text } = bytePairs(learnPairs([tale], 60));
    const point = fc.integer({ min: 0, max: 0x10ffff }).filter((code) => code < 0xd800 || code > 0xdfff);
    const texts = fc.array(point, { maxLength: 30 }).map((points) => String.fromCodePoint(...points));
    fc.assert(
      fc.property(texts, (given) => {
        expect(text([...words(given)].flatMap((word) => [...word]))).toBe(given);
      }),
    );
  });
  it("join a word of many characters", () => {
    const long = "ab".repeat(20_000);
    const pairs = learnPairs([`${"ab".repeat(64)} ${"ab".repeat(64)}`], 6);
    expect(tokensOf(long, pairs).length).toBe(625);
  });
});

describe("bpe", () => {
  const options = { max_tokens: 300, start: true, end: true };
  const pairs = bpeEncoder.learn([tale], options);
  it("marks start and end, fills up, and cuts", () => {
    expect(pairs.length).toBe(300 - 3 - 256);
    const write = bpeEncoder.writer(pairs, options, 8);
    const [short, long] = [new Int32Array(8), new Int32Array(8)];
    expect([write("e!", short, 0), write(tale, long, 0)]).toEqual([undefined, undefined]);
    expect([...short]).toEqual([1, 3 + alphabet.indexOf("e"), 3 + alphabet.indexOf("!"), 2, 0, 0, 0, 0]);
    expect([long[0], long.includes(0), long.includes(2)]).toEqual([1, false, false]);
    const reader = bpeEncoder.reader!(pairs, options);
    expect([reader.text(short), reader.text([...short, ...reader.tokens("x")])]).toEqual(["e!", "e!"]);
    expect(tale.startsWith(reader.text(long))).toBe(true);
  });
  it("shifts by tokens", () => {
    const [here, next] = [new Int32Array(6), new Int32Array(5)];
    bpeEncoder.writer(pairs, options, 6)(tale, here, 0);
    bpeEncoder.writer(pairs, { ...options, shift: 1 }, 5)(tale, next, 0);
    expect([...next]).toEqual([...here.slice(1)]);
  });
});

describe("windows of tokens", () => {
  const column = (name: string, shift: number): ColumnInfo => ({
    ...{ name, dtype: "i32", shape: [16], from: ["text"] },
    encoder: { module: "bpe", options: { max_tokens: 400, unit: "token", ...(shift === 0 ? {} : { shift }) } },
  });
  const columns = [column("text", 0), column("next", 1)];
  const encoders = { bpe: bpeEncoder };
  const text = Array.from({ length: 40 }, (_, i) => `${i}. ${tale}\n`).join("");
  const part: DataPart = stretchesOf(text, "/data/tale.txt", undefined);
  const split = { train: 0.75, validation: 0.25, test: 0, order: "order" } as const;
  const loaded = (limit?: number) => {
    const divided = divideData({ train: part }, split, 0, limit);
    const learned = learnColumns(divided.train, columns, encoders);
    return { learned, data: encodeDataset(divided, columns, encoders, learned) };
  };
  it("follow each other through the whole text, part by part", () => {
    const { learned, data } = loaded();
    const reader = bpeEncoder.reader!(learned.text!.map(String), columns[0]!.encoder!.options);
    const texts = [data.train, data.validation!].map(({ part: { columns: values } }) =>
      reader.text(values.text as Int32Array),
    );
    expect(texts.join("")).toBe(text);
    expect(learned.text).toEqual(learnPairs([texts[0]!], 400 - 257));
    expect(data.train.part.windows).toMatchObject({ stride: 16, ahead: { text: 0, next: 1 }, reach: 17 });
    const tokens = (data.train.part.columns.text as Int32Array).length;
    expect(data.train.rows.length).toBe(Math.floor((tokens - 17) / 16) + 1);
    const place = Number(/tale\.txt, after (\d+) characters/.exec(data.validation!.part.place!(3))![1]);
    const start =
      texts[0]!.length + reader.text((data.validation!.part.columns.text as Int32Array).slice(0, 48)).length;
    expect(start - place).toBeGreaterThanOrEqual(0);
    expect(start - place).toBeLessThan(128);
  });
  it("keep the tokens of the whole text where stretches meet", () => {
    const { learned, data } = loaded();
    const reader = bpeEncoder.reader!(learned.text!.map(String), columns[0]!.encoder!.options);
    const all = [data.train, data.validation!].flatMap(({ part: { columns: values } }) => [...values.text!]);
    expect(all).toEqual(reader.tokens(text));
  });
  it("keep some where a limit asks for it", () => {
    expect(loaded(5).data.train.rows.length).toBe(5);
  });
  it("refuse numbers of rows, short parts, and other encoders beside", () => {
    expect(() => divideData({ train: part }, { ...split, train: 10, validation: 2, rows: true }, 0)).toThrow(
      "split by shares",
    );
    const short = { train: stretchesOf(tale, "/data/tale.txt", undefined) };
    const few = divideData(short, { ...split, train: 0.5, validation: 0.5 }, 0);
    const long = [{ ...columns[0]!, shape: [600] }];
    expect(() => encodeDataset(few, long, encoders, learnColumns(few.train, long, encoders))).toThrow(
      /tale\.txt: a part of the split has \d+ tokens, but a window takes 600 of them/,
    );
    const other = [columns[0]!, { ...columns[1]!, encoder: { module: "bpe", options: { max_tokens: 500 } } }];
    const divided = divideData({ train: part }, split, 0);
    expect(() => encodeDataset(divided, other, encoders, learnColumns(divided.train, other, encoders))).toThrow(
      "windows of tokens need one encoder",
    );
  });
});

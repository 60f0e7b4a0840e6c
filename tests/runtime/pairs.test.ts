// The source of pairs of texts, and the encoder of words that a shorter text keeps.

import { describe, expect, it } from "vitest";
import type { SourceData, SourceRequest } from "../../src/runtime/core/dataset.ts";
import { keptWordsEncoder } from "../../src/runtime/core/encoders/keptWords.ts";
import { loadSource } from "../../src/runtime/core/sources/pairs.ts";
import { dataFilesOf } from "../support/dataFiles.ts";
import { mutatedData } from "../support/mutations.ts";

const text = (name: string) =>
  ({
    name: `${name}: words`,
    dtype: "i32",
    shape: [3],
    encoder: { module: "textVectorization", options: {} },
    from: [name],
  }) as const;
const both = [text("first"), text("second")];
const load = (
  files: Parameters<typeof dataFilesOf>[0],
  options: Record<string, unknown>,
  columns: SourceRequest["columns"] = both,
): Promise<SourceData> =>
  loadSource({ name: "pairs", options: { file: "en", ...options }, columns, seed: 0 }, dataFilesOf(files));

describe("pairs()", () => {
  it("reads lines of two files, and a part to test with", async () => {
    const files = { en: "a cat\n\na dog\n", de: "eine Katze\r\n\r\nein Hund", "t.en": "one", "t.de": "eins\n" };
    const { train, test } = await load(files, { other: "de", test: "t.en", test_other: "t.de" });
    expect(train.texts).toEqual({ first: ["a cat", "", "a dog"], second: ["eine Katze", "", "ein Hund"] });
    expect([test?.texts, train.place?.(2)]).toEqual([{ first: ["one"], second: ["eins"] }, "/data/en, line 3"]);
  });

  it("reads both texts of a line", async () => {
    const { train } = await load({ en: "a cat\teine Katze\n\na dog\tein Hund\n" }, { separator: "\t" });
    expect(train.texts).toEqual({ first: ["a cat", "a dog"], second: ["eine Katze", "ein Hund"] });
    expect(train.place?.(1)).toBe("/data/en, line 3");
  });

  it("needs no second texts where a prediction reads none", async () => {
    expect((await load({ en: "a\n" }, { other: "de", asked: true }, [text("first")])).train.texts).toEqual({
      first: ["a"],
    });
    const lines = { en: "a\nb\tzwei\n" };
    expect((await load(lines, { separator: "\t", asked: true }, [text("first")])).train.texts).toEqual({
      first: ["a", "b"],
    });
    await expect(load(lines, { separator: "\t", asked: true })).rejects.toThrow("/data/en: line 1: has no '");
    await expect(load({ en: "a\n" }, { other: "de", asked: true })).rejects.toThrow(
      "en: holds first texts alone, but the model reads the second ones, too",
    );
  });

  it.each<[string, Record<string, string | Uint8Array>, Record<string, unknown>, string]>([
    ["fewer second texts", { en: "a\nb\n", de: "x\n" }, { other: "de" }, "/data/en has 2 lines, but /data/de has 1"],
    ["no texts", { en: "", de: "" }, { other: "de" }, "/data/en: is empty"],
    ["a line of one text", { en: "a\tb\nc\n" }, { separator: "\t" }, "/data/en: line 2: has no '"],
    [
      "a line of three",
      { en: "a|b|c\n" },
      { separator: "|" },
      "/data/en: line 1: has more than one '|' between two texts",
    ],
    [
      "bytes that are no text",
      { en: Uint8Array.of(97, 10, 255, 10), de: "a\nb\n" },
      { other: "de" },
      "/data/en: from line 1 on: is not UTF-8",
    ],
    ["a NUL byte", { en: "a\nb\0\n", de: "a\nb\n" }, { other: "de" }, "/data/en: line 2: has a NUL byte"],
  ])("refuses %s", async (_name, files, options, message) => {
    await expect(load(files, options)).rejects.toThrow(message);
  });

  it("refuses changed files by name, or reads whole pairs", async () => {
    const good = new TextEncoder().encode(Array.from({ length: 20 }, (_, i) => `sé ${i}\tun ${i}`).join("\n"));
    await mutatedData(good, "/data/en", async (bytes) => {
      const { train } = await load({ en: bytes }, { separator: "\t" });
      expect(train.texts?.second?.length).toBe(train.count);
    });
  });
});

describe("kept_words", () => {
  const options = { standardize: "none", split: "whitespace", ngrams: 1, output_mode: "int" };
  const encoded = (long: string, short: string, more: Record<string, unknown> = {}, length = 5) => {
    const to = new Int32Array(length);
    const wrong =
      keptWordsEncoder.numbers === undefined &&
      keptWordsEncoder.writer([], { ...options, ...more }, length)(long, to, 0, [short]);
    return wrong ?? [...to];
  };
  it("marks the words of the longer text that the shorter one has, in order", () => {
    expect(encoded("the old man saw the sea", "man saw the sea", {}, 6)).toEqual([0, 0, 1, 1, 1, 1]);
    expect(encoded("a b a b", "a b")).toEqual([1, 1, 0, 0, 0]);
    expect(encoded("a b c d e f g", "b g")).toEqual([0, 1, 0, 0, 0]);
    expect(encoded("a b c", "c", { start: true })).toEqual([0, 0, 0, 1, 0]);
    expect(encoded("A, b!", "a b", { standardize: "lower_and_strip_punctuation" })).toEqual([1, 1, 0, 0, 0]);
  });
  it("refuses a text that is no shorter one", () => {
    expect(encoded("a b", "b a")).toBe("has no word 'a' where the shorter text goes on with it: 'b a'");
  });
});

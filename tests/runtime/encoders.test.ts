// Encoders of columns of text: what they learn, what they write, and texts they have no numbers for.

import { describe, expect, it } from "vitest";
import type { Encoder, EncoderOptions, NumberEncoder } from "../../src/runtime/core/encode.ts";
import { charactersEncoder } from "../../src/runtime/core/encoders/characters.ts";
import { discretizationEncoder } from "../../src/runtime/core/encoders/discretization.ts";
import { hashingEncoder } from "../../src/runtime/core/encoders/hashing.ts";
import { integerLookupEncoder } from "../../src/runtime/core/encoders/integerLookup.ts";
import { labelEncodingEncoder } from "../../src/runtime/core/encoders/labelEncoding.ts";
import { normalizationEncoder } from "../../src/runtime/core/encoders/normalization.ts";
import { stringLookupEncoder } from "../../src/runtime/core/encoders/stringLookup.ts";
import { textVectorizationEncoder } from "../../src/runtime/core/encoders/textVectorization.ts";

/** Learns from `texts` and encodes `given`; a text without numbers gives what is wrong with it. */
function encoded(
  encoder: Encoder,
  texts: readonly string[],
  given: readonly string[],
  options: EncoderOptions,
  length: number,
) {
  const write = encoder.writer(encoder.learn(texts, options), options, length);
  return given.map((text) => {
    const to = new Float32Array(length);
    return write(text, to, 0) ?? [...to];
  });
}

// The numbers of these are Keras's, 3.15.
describe("TextVectorization", () => {
  const plain = {
    max_tokens: 6,
    standardize: "lower_and_strip_punctuation",
    split: "whitespace",
    ngrams: 1,
    output_mode: "int",
  };
  const texts = ["The film, the FILM!", "a film", "a bad one"];
  it("orders words by how often they come, then from the last letter on", () => {
    // film 3, the 2, a 2, then one and bad.
    expect(encoded(textVectorizationEncoder, texts, ["the film a bad one", ""], plain, 6)).toEqual([
      [3, 2, 4, 1, 5, 0],
      [0, 0, 0, 0, 0, 0],
    ]);
  });
  it("cuts long texts", () => {
    expect(encoded(textVectorizationEncoder, texts, ["the film a"], plain, 2)).toEqual([[3, 2]]);
  });
  it("counts words, without a place for filling up", () => {
    const counts = { ...plain, output_mode: "count" };
    expect(encoded(textVectorizationEncoder, texts, ["film film new"], counts, 6)).toEqual([[1, 2, 0, 0, 0, 0]]);
  });
  it("marks the start and the end, which a shift moves out of sight", () => {
    const marked = { ...plain, max_tokens: 20, start: true, end: true };
    const [before] = encoded(textVectorizationEncoder, texts, ["film the"], marked, 3);
    const [after] = encoded(textVectorizationEncoder, texts, ["film the"], { ...marked, shift: 1 }, 3);
    expect([before, after]).toEqual([
      [2, 4, 5],
      [4, 5, 3],
    ]);
  });
});

describe("StringLookup", () => {
  it("gives unknown texts 0", () => {
    const options = { max_tokens: 3 };
    expect(encoded(stringLookupEncoder, ["b", "a", "b", "c"], ["a", "b", "c", "x"], options, 1)).toEqual([
      [0],
      [1],
      [2],
      [0],
    ]);
  });
});

describe("label_encoding", () => {
  it("counts from the first in order, and names a text that it does not know", () => {
    const options = { classes: 2 };
    expect(encoded(labelEncodingEncoder, ["yes", "no"], ["no", "yes", "maybe"], options, 1)).toEqual([
      [0],
      [1],
      "is 'maybe', which no training row has: they have 'no', 'yes'",
    ]);
    expect(() => labelEncodingEncoder.learn(["a"], options)).toThrow(
      "have 1 different text ('a'), but the field is class(2)",
    );
  });
});

describe("characters", () => {
  it("takes windows, and knows a place for others only where the type has one", () => {
    expect(encoded(charactersEncoder, ["cab"], ["abc", "abx", "a"], { tokens: 3, shift: 1 }, 2)).toEqual([
      [1, 2],
      expect.stringContaining("has the character 'x', which no training row has"),
      expect.stringContaining("is too short: it has 1 of the 3 characters"),
    ]);
    expect(encoded(charactersEncoder, ["cab"], ["xb"], { tokens: 4 }, 2)).toEqual([[3, 1]]);
    expect(() => charactersEncoder.learn(["abcd"], { tokens: 3 })).toThrow("write token(4)");
  });
});

/** Learns from the first `rows` samples, and encodes all of them. */
function scaled(
  encoder: NumberEncoder,
  values: readonly number[],
  elements: number,
  rows: number,
  options: EncoderOptions,
) {
  const from = Float32Array.from(values);
  const learned = encoder.learn(
    [{ values: from, rows: Int32Array.from({ length: rows }, (_, i) => i) }],
    elements,
    options,
  );
  const to = new Float32Array(from.length);
  const write = encoder.writer(learned, options, elements);
  for (let at = 0; at < from.length; at += elements) write(from, to, at);
  return [...to];
}

describe("Normalization", () => {
  it("learns each column from the training rows alone; one that never changes is 0", () => {
    expect(scaled(normalizationEncoder, [1, 5, 3, 5, 9, 5], 2, 2, {})).toEqual([-1, 0, 1, 0, 7, 0]);
  });
  it("takes given numbers, and goes back", () => {
    const given = { mean: [10], variance: [4] };
    expect(scaled(normalizationEncoder, [8, 14], 1, 0, given)).toEqual([-1, 2]);
    expect(scaled(normalizationEncoder, [-1, 2], 1, 0, { ...given, invert: true })).toEqual([8, 14]);
  });
});

describe("Discretization", () => {
  it("puts a boundary into the bin above it, as Keras does", () => {
    const options = { bin_boundaries: [18, 40, 65], num_bins: 4 };
    expect(scaled(discretizationEncoder, [17, 18, 39.9, 40, 65, 66], 1, 6, options)).toEqual([0, 1, 1, 2, 3, 3]);
  });
  it("learns bins of as many rows each", () => {
    expect(scaled(discretizationEncoder, [1, 2, 3, 40, 50, 60, 700], 1, 6, { num_bins: 3 })).toEqual([
      0, 0, 1, 1, 2, 2, 2,
    ]);
  });
});

// The tokens of these are Keras's, 3.15 with TensorFlow.
describe("Hashing", () => {
  const digits = "0123456789";
  const texts = [
    ...["", "a", "abc", "abcd", "abcdefg", "abcdefgh", `${digits}abcdef`, `${digits}abcdefg`, `${"x".repeat(31)}é`],
    ...[digits.repeat(4), `${digits.repeat(6)}abcd`, `${digits.repeat(6)}abcde`, "zürich ".repeat(40)],
    ...["q".repeat(128), "r".repeat(129)],
  ];
  it.each([
    [
      { num_bins: 1_000_003 },
      [
        377723, 291400, 152962, 267500, 421967, 229479, 128007, 663110, 445878, 12874, 181542, 893442, 758701, 497019,
        832886,
      ],
    ],
    [{ num_bins: 1000, salt: 133 }, [907, 997, 823, 431, 933, 802, 387, 640, 510, 41, 725, 316, 52, 103, 918]],
    [{ num_bins: 97, salt: [3, 7] }, [43, 8, 47, 39, 65, 83, 71, 85, 17, 45, 17, 55, 68, 46, 43]],
    [{ num_bins: 5, mask_value: "abc" }, [4, 4, 0, 2, 2, 2, 4, 3, 3, 1, 4, 1, 4, 3, 2]],
  ])("%j", (options, tokens) => {
    expect(encoded(hashingEncoder, [], texts, options, 1).flat()).toEqual(tokens);
  });
});

describe("IntegerLookup", () => {
  const looked = (learned: readonly number[], given: readonly number[], options: EncoderOptions): number[] => {
    const all = { num_oov_indices: 1, oov_token: -1, ...options };
    const rows = Int32Array.from(learned.keys());
    const write = integerLookupEncoder.writer(
      integerLookupEncoder.learn([{ values: Int32Array.from(learned), rows }], 1, all),
      all,
      1,
    );
    return given.map((value) => {
      const to = new Int32Array(1);
      write(Int32Array.of(value), to, 0);
      return to[0]!;
    });
  };
  it("orders numbers by how often they come, then the larger first", () => {
    const learned = [3, 3, 9, 9, 9, -1, -1, -1, -1, 5, 2, 2];
    expect(looked(learned, [3, 9, 5, 2, -1, 77], { max_tokens: 5 })).toEqual([2, 1, 4, 3, 0, 0]);
  });
  it("takes known numbers, a number that fills up, and several tokens for unknown ones", () => {
    const options = { vocabulary: [12, 36, 1138], num_oov_indices: 3, mask_token: 0 };
    expect(looked([], [12, 36, 1138, 0, 7, -2, 11], options)).toEqual([4, 5, 6, 0, 2, 2, 3]);
  });
});

// Encoders of columns of text: what they learn, what they write, and texts they have no numbers for.

import { describe, expect, it } from "vitest";
import type { Encoder, EncoderOptions, NumberEncoder } from "../../src/runtime/core/encode.ts";
import { charactersEncoder } from "../../src/runtime/core/encoders/characters.ts";
import { discretizationEncoder } from "../../src/runtime/core/encoders/discretization.ts";
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
    from,
    Int32Array.from({ length: rows }, (_, i) => i),
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

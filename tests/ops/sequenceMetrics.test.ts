// Scores of decoded sequences. Expected numbers are those of sacrebleu 2.6, jiwer 4.0 and rouge-score 0.1.2 on the same tokens.

import { describe, expect, test } from "vitest";
import type { OptionRecord } from "../../src/ir/graph.ts";
import { type Column, metricOver } from "../support/metrics.ts";

type Rows = readonly (readonly number[])[];
const tokens = (rows: Rows): Column => ({ dtype: "i32", shape: [rows[0]!.length], values: rows.flat() });

/** Rows of numbers of which those at the tokens are the largest. */
const rowsFor = (rows: Rows, classes: number): Column => ({
  dtype: "f32",
  shape: [rows[0]!.length, classes],
  values: rows.flat().flatMap((token) => Array.from({ length: classes }, (_, i) => (i === token ? 2 : 1 / (1 + i)))),
});

const cases: readonly (readonly [string, OptionRecord, Rows, Rows, number])[] = [
  [
    "bleu",
    { max_order: 3, end_token: 2 },
    [
      [2, 0, 3, 2, 0, 3, 2],
      [0, 3, 0, 1, 2, 2, 2],
      [3, 2, 0, 3, 3, 1, 3],
    ],
    [
      [2, 0],
      [0, 3],
      [3, 2],
    ],
    0.36840314986403877,
  ],
  [
    "bleu",
    { smoothing: "floor", smooth_value: 0.3 },
    [
      [6, 7, 3, 4, 6],
      [1, 8, 9, 4, 8],
    ],
    [
      [6, 7, 3, 4, 6, 4],
      [1, 8, 1, 4, 9, 0],
    ],
    0.501368145441416,
  ],
  [
    "bleu",
    { max_order: 5, smoothing: "add_k" },
    [
      [0, 1, 0, 0, 1, 1],
      [1, 0, 1, 1, 1, 0],
    ],
    [
      [0, 1, 0, 0, 0, 1],
      [0, 0, 1, 1, 0, 0],
    ],
    0.46081419796386724,
  ],
  [
    "bleu",
    { max_order: 3, smoothing: "none", effective_order: true, end_token: 1 },
    [
      [0, 1, 0, 0, 0],
      [0, 0, 3, 3, 0],
      [3, 0, 2, 3, 0],
    ],
    [
      [0, 0, 0],
      [0, 0, 3],
      [1, 3, 2],
    ],
    0.24744880157997634,
  ],
  [
    "word_error_rate",
    { padding_token: [0], merge_repeated: true },
    [
      [1, 5, 1, 1, 4, 9, 2],
      [0, 8, 6, 2, 5, 4, 1],
      [6, 5, 1, 4, 1, 4, 5],
    ],
    [
      [1, 6, 1, 1, 4, 9],
      [0, 1, 3, 2, 5, 4],
      [6, 5, 2, 4, 1, 4],
    ],
    8 / 17,
  ],
  ["character_error_rate", { padding_token: [0, 1], end_token: 3 }, [[1, 9, 7, 7]], [[1, 9, 7, 4]], 1 / 3],
  [
    "rouge_l",
    {},
    [
      [1, 2, 3, 4, 5],
      [1, 1, 1, 2, 2],
    ],
    [
      [2, 9, 4],
      [3, 1, 2],
    ],
    0.5,
  ],
];

describe("over tokens", () => {
  test.each(cases)("%s(%j)", (name, options, prediction, target, expected) => {
    const whole = metricOver(name, options, [{ prediction: tokens(prediction), target: tokens(target) }]);
    expect(whole[0]).toBeCloseTo(expected, 12);
    // Rows of numbers are decoded first, and a set in two batches has the score of the set, not a mean of two.
    const parts = prediction.map((row, i) => ({ prediction: rowsFor([row], 10), target: tokens([target[i]!]) }));
    expect(metricOver(name, options, parts)[0]).toBeCloseTo(expected, 12);
  });
});

describe("what counts", () => {
  const pair = {
    prediction: tokens([
      [1, 2, 3],
      [1, 2, 3],
    ]),
    target: tokens([
      [1, 2, 4],
      [9, 2, 4],
    ]),
  };
  test("samples count by their weights", () => {
    const weight = [3, 1];
    expect(metricOver("word_error_rate", {}, [{ ...pair, weight }])[0]).toBeCloseTo((3 * 1 + 2) / 12, 12);
    expect(metricOver("rouge_l", {}, [{ ...pair, weight }])[0]).toBeCloseTo((3 * (2 / 3) + 1 / 3) / 4, 12);
  });
  test("steps where the mask does not hold count on neither side", () => {
    const mask = [1, 1, 0, 1, 1, 0];
    expect(metricOver("word_error_rate", {}, [{ ...pair, mask }])[0]).toBeCloseTo(1 / 4, 12);
  });
  test.each(["bleu", "rouge_l", "word_error_rate"])("%s of nothing is 0", (name) => {
    const empty = { prediction: tokens([[0, 0]]), target: tokens([[0, 0]]) };
    expect(metricOver(name, { padding_token: [0] }, [empty])).toEqual([0]);
  });
});

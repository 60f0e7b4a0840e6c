// Folds: every row is tested once, parts are of about one size, and what belongs together stays together.

import { describe, expect, it, test } from "vitest";
import type { SourceData } from "../../src/runtime/core/dataset.ts";
import { foldOf } from "../../src/runtime/core/folds.ts";
import type { Manifest } from "../../src/runtime/core/program.ts";
import { spreadOf } from "../../src/runtime/node/folds.ts";
import { bestRate } from "../../src/runtime/node/rates.ts";

type Split = Manifest["split"];
const split = (order: Split["order"], validation = 0): Split => ({
  ...{ train: 0.8 - validation, validation, test: 0.2, order },
  ...(order === "random" || order === "order" ? {} : { column: "key" }),
});
const source = (keys: readonly string[]): SourceData => ({ train: { count: keys.length, columns: {}, keys } });
const keysOf = (count: number, kinds: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `k${i % kinds}`);

const folded = (data: SourceData, how: Split, folds: number, seed = 0) =>
  Array.from({ length: folds }, (_, fold) => {
    const { train, validation, test } = foldOf(data, how, seed, folds, fold);
    return { train: [...train.rows], validation: [...(validation?.rows ?? [])], test: [...(test?.rows ?? [])] };
  });
const sorted = (rows: readonly number[]): readonly number[] => [...rows].sort((a, b) => a - b);

describe.each(["random", "order", "stratified", "hash"] as const)("folds by %s", (order) => {
  it.each([
    [103, 5, 0],
    [103, 5, 0.2],
    [20, 20, 0],
    [17, 2, 0.3],
  ])("of %i rows in %i, validation %f: each row is in one part, and tested once", (count, folds, validation) => {
    const data = source(order === "hash" ? Array.from({ length: count }, (_, i) => `k${i}`) : keysOf(count, 3));
    const parts = folded(data, split(order, validation), folds);
    const all = Array.from({ length: count }, (_, i) => i);
    expect(sorted(parts.flatMap(({ test }) => test))).toEqual(all);
    for (const { train, validation: held, test } of parts) {
      expect(sorted([...train, ...held, ...test])).toEqual(all);
      expect(Math.abs(test.length - count / folds)).toBeLessThanOrEqual(1);
      const share = validation / 0.8;
      expect(Math.abs(held.length - share * (count - test.length))).toBeLessThanOrEqual(1);
    }
  });
});

test("the seed decides about folds in a random order", () => {
  const data = source(keysOf(50, 2));
  expect(folded(data, split("random"), 5, 1)).toEqual(folded(data, split("random"), 5, 1));
  expect(folded(data, split("random"), 5, 1)).not.toEqual(folded(data, split("random"), 5, 2));
});

test("stratified folds have each text's share", () => {
  const keys = Array.from({ length: 200 }, (_, i) => (i % 10 === 0 ? "rare" : "common"));
  for (const { test, validation } of folded(source(keys), split("stratified", 0.2), 5)) {
    expect(test.filter((row) => keys[row] === "rare")).toHaveLength(4);
    expect(validation.filter((row) => keys[row] === "rare").length).toBeGreaterThanOrEqual(3);
  }
});

test("folds by hash keep rows of one text together", () => {
  const keys = keysOf(300, 37);
  const parts = folded(source(keys), split("hash", 0.2), 4);
  for (const { train, validation, test } of parts) {
    const texts = [train, validation, test].map((rows) => new Set(rows.map((row) => keys[row])));
    expect(texts.reduce((sum, { size }) => sum + size, 0)).toBe(37);
  }
  expect(sorted(parts.flatMap(({ test }) => test))).toHaveLength(300);
});

test.each([
  [source(keysOf(10, 2)), split("time"), 2, "this data is split by time"],
  [source(keysOf(3, 2)), split("random"), 4, "4 folds need as many examples, and there are 3"],
  [source(keysOf(30, 2)), split("hash"), 5, "too many of them belong together"],
  [
    { train: { count: 9, columns: {}, windows: { rows: 12, stride: 1, reach: 4, past: 3, ahead: {} } } },
    split("order"),
    3,
    "these are windows over time",
  ],
] as const)("refuses %j, %j in %i folds", (data, how, folds, message) => {
  expect(() => folded(data, how, folds)).toThrow(message);
});

test("means and deviations are those of a sample", () => {
  expect(spreadOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, deviation: Math.sqrt(32 / 7) });
  expect(spreadOf([3])).toEqual({ mean: 3, deviation: 0 });
});

test("the best rate is where the loss falls most steeply, before it is least", () => {
  const losses = [...Array(20).fill(2), 1.95, 1.85, 1.7, 1.4, 1.1, 0.9, 0.8, 0.75, 0.74, 0.8, 1.2, 3, 0.1 + 8];
  const points = losses.map((loss: number, i) => ({ rate: 10 ** (i / 10 - 4), loss }));
  const best = bestRate(points)!;
  expect(points.indexOf(best)).toBeGreaterThan(21);
  expect(points.indexOf(best)).toBeLessThan(27);
  expect(bestRate(points.slice(0, 15))).toBeUndefined();
  // The first batches differ much, whatever the rate.
  const noisy = points.map(({ rate, loss }, i) => ({ rate, loss: i < 8 ? 4 - i / 4 : loss }));
  expect(bestRate(noisy)?.rate).toBe(best.rate);
});

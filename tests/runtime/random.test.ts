// Threefry's published answers, and orders and divisions of rows drawn from it.

import { describe, expect, it } from "vitest";
import { allRows, checkPart, type DataPart, divideData, gatherBatch } from "../../src/runtime/core/dataset.ts";
import { epochOrder } from "../../src/runtime/core/shuffle.ts";
import { fillUniform, hashName, threefry, uniform } from "../../src/runtime/core/threefry.ts";

describe("threefry2x32-20", () => {
  // Random123's kat_vectors.
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ])("key %j, counter %j → %j", ([k0, k1], [c0, c1], words) => {
    expect([threefry(k0!, k1!, c0!, c1!), threefry(k0!, k1!, c0!, c1!, 1)]).toEqual(words);
  });

  it("gives uniform multiples of 2^-24, the same one by one and in bulk", () => {
    const bulk = new Float32Array(1002);
    fillUniform(bulk, 2, 1000, 7, hashName("dropout"), 3);
    const single = Array.from({ length: 1000 }, (_, i) => uniform(7, hashName("dropout"), 3, i));
    expect([...bulk]).toEqual([0, 0, ...single]);
    expect(single.every((u) => u >= 0 && u < 1 && Number.isInteger(u * 2 ** 24))).toBe(true);
    expect(single.reduce((a, b) => a + b) / 1000).toBeCloseTo(0.5, 1);
    expect(uniform(0, 0, 0, 0)).toBe((0x6b200159 >>> 8) / 2 ** 24);
  });

  it("hashes names as FNV-1a over UTF-16 code units", () => {
    expect(hashName("")).toBe(0x811c9dc5);
    expect(new Set(["shuffle", "split", "limit", "a", "b", "Ā"].map(hashName)).size).toBe(6);
  });
});

const numbered = (count: number): DataPart => ({
  count,
  columns: {
    id: Int32Array.from({ length: count }, (_, i) => i),
    pair: Uint8Array.from({ length: 2 * count }, (_, i) => i % 256),
  },
});
const sorted = (rows: Int32Array): number[] => [...rows].sort((a, b) => a - b);
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("orders", () => {
  it.each([0, 1, 2, 3, 10, 1000])("an epoch's order of %i rows is a permutation", (count) => {
    expect(sorted(epochOrder(count, 5, 2))).toEqual(range(count));
  });

  it("depend on seed and epoch, and only on them", () => {
    const order = epochOrder(100, 1, 0);
    expect(epochOrder(100, 1, 0)).toEqual(order);
    expect(epochOrder(100, 1, 1)).not.toEqual(order);
    expect(epochOrder(100, 2, 0)).not.toEqual(order);
  });

  it("are fair: each of 3! orders about equally often", () => {
    const seen = new Map<string, number>();
    for (let epoch = 0; epoch < 6000; epoch++) {
      const order = epochOrder(3, 0, epoch).join();
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});

describe("divideData", () => {
  const share = (train: number, validation: number, test: number, order: "random" | "order" = "random") => ({
    ...{ train, validation, test, order },
  });

  it("uses every row once", () => {
    const data = divideData({ train: numbered(103) }, share(0.8, 0.1, 0.1), 3);
    const parts = [data.train.rows, data.validation!.rows, data.test!.rows];
    expect(parts.map((rows) => rows.length)).toEqual([82, 11, 10]);
    expect(sorted(Int32Array.from(parts.flatMap((rows) => [...rows])))).toEqual(range(103));
    expect([...data.train.rows]).not.toEqual(range(82));
    expect(divideData({ train: numbered(103) }, share(0.8, 0.1, 0.1), 3).train.rows).toEqual(data.train.rows);
    expect(divideData({ train: numbered(103) }, share(0.8, 0.1, 0.1), 4).train.rows).not.toEqual(data.train.rows);
  });

  it("keeps the order where the program says so", () => {
    const data = divideData({ train: numbered(10) }, share(0.7, 0.3, 0, "order"), 3);
    expect([...data.train.rows]).toEqual(range(7));
    expect([...data.validation!.rows]).toEqual([7, 8, 9]);
    expect(data.test).toBeUndefined();
  });

  it("takes a source's own test part whole, whatever the limit", () => {
    const data = divideData({ train: numbered(50), test: numbered(20) }, share(1, 0, 0), 0, 7);
    expect(data.test!.rows.length).toBe(20);
    expect(data.train.rows.length).toBe(7);
    expect(new Set(data.train.rows).size).toBe(7);
    // A larger limit takes the same rows first.
    const more = divideData({ train: numbered(50), test: numbered(20) }, share(1, 0, 0), 0, 9);
    expect([...more.train.rows].slice(0, 7)).toEqual([...data.train.rows]);
    expect(divideData({ train: numbered(50) }, share(1, 0, 0), 0, 500).train.rows.length).toBe(50);
  });

  it("refuses what cannot be", () => {
    expect(() => divideData({ train: numbered(5), test: numbered(5) }, share(0.8, 0, 0.2), 0)).toThrow(
      "its own test part",
    );
    expect(() => divideData({ train: numbered(0) }, share(1, 0, 0), 0)).toThrow("nothing to train on");
  });
});

describe("batches", () => {
  it("are gathered by order, into the program's types", () => {
    const part = numbered(6);
    const to = { id: new Float32Array(3), pair: new Int32Array(6) };
    const columns = [
      { name: "id", dtype: "f32", shape: [] },
      { name: "pair", dtype: "i32", shape: [2] },
    ] as const;
    gatherBatch({ part, rows: Int32Array.of(5, 3, 1, 0) }, Int32Array.of(3, 2, 0, 1), 1, 2, columns, to);
    expect([...to.id]).toEqual([1, 5, 0]);
    expect([...to.pair]).toEqual([2, 3, 10, 11, 0, 0]);
    gatherBatch(allRows(part), undefined, 4, 2, columns, to);
    expect([...to.id]).toEqual([4, 5, 0]);
  });

  it("are checked beforehand", () => {
    const column = { name: "id", dtype: "i32", shape: [] } as const;
    expect(() => checkPart(numbered(3), [{ ...column, classes: 2 }], "data")).toThrow(
      "data: id of example 2 is 2, but must be a whole number from 0 to 1 (the program says 2 classes)",
    );
    expect(() => checkPart(numbered(3), [{ ...column, classes: 1, tokens: true }], "data")).toThrow(
      "data: id of example 1 is 1, but must be a whole number from 0 to 0 (the program says 1 tokens)",
    );
    expect(() => checkPart(numbered(3), [{ ...column, name: "toString" }], "data")).toThrow("no column 'toString'");
    expect(() => checkPart(numbered(3), [{ ...column, shape: [2] }], "data")).toThrow("has 3 numbers");
  });
});

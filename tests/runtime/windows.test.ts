// Windows over the rows of a table: what each holds, the part it belongs to, and what encoders learn from them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPart, divideData, gatherBatch, type SourceData, windowsOver } from "../../src/runtime/core/dataset.ts";
import { encodePart, learnColumns } from "../../src/runtime/core/encode.ts";
import { normalizationEncoder } from "../../src/runtime/core/encoders/normalization.ts";
import type { ColumnInfo, Manifest } from "../../src/runtime/core/program.ts";
import { newTable } from "../../src/runtime/core/table.ts";

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 60 }),
  stride: fc.integer({ min: 1, max: 4 }),
  past: fc.integer({ min: 1, max: 6 }),
  ahead: fc.integer({ min: 0, max: 6 }),
  future: fc.integer({ min: 1, max: 5 }),
});

const columnsOf = (past: number, ahead: number, future: number): readonly [ColumnInfo, ColumnInfo] => [
  { name: "past", dtype: "f32", shape: [past, 2], from: ["a", "b"] },
  { name: "future", dtype: "f32", shape: [future], from: ["a"], ahead },
];

/** A table whose cell of row r is r in column `a`, and 1000 + r in column `b`. */
function tableOf(rows: number, stride: number, columns: readonly ColumnInfo[]): SourceData {
  const table = newTable(["a", "b"], [true, true], columns, { path: "series.csv", missing: "error", stride });
  for (let row = 0; row < rows; row++) table.add([String(row), String(1000 + row)], row + 2);
  return { train: table.finish() };
}

const splitOf = (train: number, validation: number, test: number, rows: boolean): Manifest["split"] => ({
  train,
  validation,
  test,
  order: "order",
  ...(rows ? { rows: true } : {}),
});

describe("windows", () => {
  it("hold rows in a row, and those of other columns further on", () => {
    fc.assert(
      fc.property(sizes, ({ rows, stride, past, ahead, future }) => {
        const columns = columnsOf(past, ahead, future);
        const { train: part } = tableOf(rows, stride, columns);
        const reach = Math.max(past, ahead + future);
        expect(part.count).toBe(Math.max(0, Math.floor((rows - reach) / stride) + 1));
        if (part.count === 0) return;
        checkPart(part, columns, "series");
        const to = { past: new Float32Array(past * 2), future: new Float32Array(future) };
        for (let window = 0; window < part.count; window++) {
          gatherBatch({ part, rows: Int32Array.of(window) }, undefined, 0, 1, columns, to);
          const first = window * stride;
          expect([...to.past]).toEqual(Array.from({ length: past }, (_, i) => [first + i, 1000 + first + i]).flat());
          expect([...to.future]).toEqual(Array.from({ length: future }, (_, i) => first + ahead + i));
          expect(part.place?.(window)).toBe(`series.csv, line ${first + 2}`);
        }
      }),
    );
  });

  it("never tell rows that another part tells, and use all that fit", () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), ({ rows, stride, past, ahead, future }, counted) => {
        const columns = columnsOf(past, ahead, future);
        const source = tableOf(rows, stride, columns);
        const split = counted
          ? splitOf(Math.floor(rows * 0.5), Math.floor(rows * 0.25), Math.floor(rows * 0.25), true)
          : splitOf(0.5, 0.25, 0.25, false);
        let data: ReturnType<typeof divideData>;
        try {
          data = divideData(source, split, 0);
        } catch (error) {
          expect(String(error)).toContain("nothing to train on");
          return;
        }
        const { past: known = 0, reach = 0 } = source.train.windows ?? {};
        const told = [data.train, data.validation, data.test].map((part) =>
          [...(part?.rows ?? [])].map((window) => [window * stride + known, window * stride + reach] as const),
        );
        const ranges = told.map((list) => [Math.min(...list.map(([a]) => a)), Math.max(...list.map(([, b]) => b))]);
        for (const [i, [, end = 0]] of ranges.entries())
          for (const [start = Number.POSITIVE_INFINITY] of ranges.slice(i + 1))
            if (told[i]?.length) expect(start).toBeGreaterThanOrEqual(end);
        const ends = counted
          ? [Math.floor(rows * 0.5), Math.floor(rows * 0.5) + Math.floor(rows * 0.25)]
          : [Math.round(rows * 0.5), Math.round(rows * 0.75)];
        const fits = Array.from({ length: source.train.count }, (_, w) => w).filter(
          (w) => w * stride + reach <= (ends[0] ?? 0),
        );
        expect([...data.train.rows]).toEqual(fits);
      }),
    );
  });

  it("teach an encoder each row of the training part once", () => {
    const columns: readonly ColumnInfo[] = columnsOf(3, 3, 2).map((info) => ({
      ...info,
      encoder: { module: "normalization", numbers: true, options: {} },
    }));
    const data = divideData(tableOf(20, 1, columns), splitOf(0.5, 0, 0.5, false), 0);
    const encoders = { normalization: normalizationEncoder };
    const learned = learnColumns(data.train, columns, encoders);
    expect(learned.past).toEqual([4.5, 1004.5, 8.25, 8.25]);
    expect(learned.future).toEqual([4.5, 8.25]);
    const encoded = encodePart(data.train.part, columns, encoders, learned);
    expect(encoded.columns.future?.length).toBe(20);
    expect(encoded.columns.past?.[19 * 2]).toBeCloseTo((19 - 4.5) / Math.sqrt(8.25), 5);
  });

  it("reach as far as their columns", () => {
    const { count, windows } = windowsOver(10, 1, columnsOf(4, 4, 2));
    expect([count, windows.reach, windows.past]).toEqual([5, 6, 4]);
  });

  it("have a split of no more rows than there are", () => {
    const columns = columnsOf(2, 0, 1);
    expect(() => divideData(tableOf(10, 1, columns), splitOf(8, 2, 1, true), 0)).toThrow(
      "the split takes 11 rows, but the data has 10",
    );
  });
});

// Sources of rows: JSON Lines, parts by a column, and files of rows that are none.

import { describe, expect, it } from "vitest";
import type { DataPart, SourceData, SourceRequest } from "../../src/runtime/core/dataset.ts";
import { loadSource as csv } from "../../src/runtime/core/sources/csv.ts";
import { loadSource as jsonl } from "../../src/runtime/core/sources/jsonl.ts";
import { dataFilesOf } from "../support/dataFiles.ts";
import { mutatedData } from "../support/mutations.ts";

const number = (name: string, ...shape: number[]) => ({ name, dtype: "f32", shape }) as const;
const text = (name: string) =>
  ({ name, dtype: "i32", shape: [], encoder: { module: "labelEncoding", options: {} } }) as const;
const load = (
  lines: readonly string[],
  columns: SourceRequest["columns"],
  options: Record<string, unknown> = {},
  more: Partial<SourceRequest> = {},
): Promise<SourceData> =>
  jsonl(
    { name: "jsonl", options: { file: "a", missing: "error", ...options }, columns, seed: 0, ...more },
    dataFilesOf({ a: `${lines.join("\n")}\n` }),
  );
const objects = (...values: unknown[]): string[] => values.map((value) => JSON.stringify(value));

describe("jsonl()", () => {
  it("reads numbers, truths, texts and arrays", async () => {
    const lines = objects(
      { a: 1.5, b: true, name: "x", at: [1, 2], grid: [[1, 2, 3]] },
      { name: "y", grid: [[4, 5, 6]], at: [3, 4], b: false, a: -2 },
    );
    const { train } = await load(lines, [
      number("a"),
      number("b"),
      number("at", 2),
      number("grid", 1, 3),
      text("name"),
    ]);
    expect(train.columns).toEqual({
      a: Float32Array.of(1.5, -2),
      b: Float32Array.of(1, 0),
      at: Float32Array.of(1, 2, 3, 4),
      grid: Float32Array.of(1, 2, 3, 4, 5, 6),
    });
    expect(train.texts).toEqual({ name: ["x", "y"] });
    expect(train.place?.(1)).toBe("/data/a, line 2");
  });

  it("puts numbers side by side, and leaves out or fills in what is missing", async () => {
    const lines = objects({ a: 1, b: 2, name: "x", at: [1] }, { a: null, b: 3 }, { b: 4 }, { a: 5, b: 6 });
    const rest = { ...number("rest", 2), except: ["c"] } as const;
    const { train } = await load(lines, [rest], { missing: 0 });
    expect(train.columns.rest).toEqual(Float32Array.of(1, 2, 0, 3, 0, 4, 5, 6));
    expect((await load(lines, [rest], { missing: "drop" })).train).toMatchObject({ count: 2, dropped: 2 });
    const { train: filled } = await load(objects({ v: [1, 2] }, {}), [number("v", 2)], { missing: 7 });
    expect(filled.columns.v).toEqual(Float32Array.of(1, 2, 7, 7));
  });

  it.each<[string, string[], SourceRequest["columns"], string]>([
    [
      "a missing number",
      objects({ a: 1 }, {}),
      [number("a")],
      "/data/a, line 2: 'a' is missing; leave such rows out with jsonl(…, missing: drop)",
    ],
    ["a text", objects({ a: 1 }, { a: "2" }), [number("a")], "/data/a, line 2: 'a' is '2', but must be a number"],
    ["an object", objects({ a: {} }), [number("a")], "/data/a, line 1: 'a' is an object, but must be a number"],
    ["an object as a text", objects({ a: {} }), [text("a")], "/data/a, line 1: 'a' is an object, but must be a text"],
    [
      "a shorter array",
      objects({ a: [1, 2] }, { a: [1] }),
      [number("a", 2)],
      "line 2: 'a' is an array of 1, but must be an array of 2 numbers",
    ],
    [
      "a mixed list",
      objects({ a: [1, "x"] }),
      [number("a", 2)],
      "line 1: 'a' is a list that is no array of numbers, but must be",
    ],
    [
      "a number too large",
      objects({ a: [1, 1e300] }),
      [number("a", 2)],
      "line 1: 'a' is 1e+300 at place 1, but must be a finite number",
    ],
    ["a property that is not there", objects({ a: 1 }), [number("b")], "/data/a: has no column 'b'; it has 'a'"],
    ["no JSON", ['{"a":1}', "{a:1}"], [number("a")], "/data/a: line 2: is not JSON: {a:1}"],
    ["no lines", [""], [number("a")], "/data/a: is empty"],
  ])("refuses %s", async (_name, lines, columns, message) => {
    await expect(load(lines, columns)).rejects.toThrow(message);
  });

  it("refuses changed files by name and line, or reads their rows", async () => {
    const lines = objects(...Array.from({ length: 20 }, (_, i) => ({ a: i, v: [i, 2], t: "é" })));
    const good = new TextEncoder().encode(lines.join("\n"));
    await mutatedData(good, "/data/a", async (bytes) => {
      const { train } = await jsonl(
        {
          name: "jsonl",
          options: { file: "a", missing: "error" },
          columns: [number("a"), number("v", 2), text("t")],
          seed: 0,
        },
        dataFilesOf({ a: bytes }),
      );
      expect(train.columns.v?.length).toBe(2 * train.count);
    });
  });
});

describe("a column of parts", () => {
  const read = (file: string, part = "part") =>
    csv(
      { name: "csv", options: { file: "t.csv", split: part, missing: "error" }, columns: [number("a")], seed: 0 },
      dataFilesOf({ "t.csv": file }),
    );
  it("divides rows of a table, and of JSON Lines", async () => {
    const { train, test } = await read("a,part\n1,train\n2,val\n3,train\n");
    expect([train.columns.a, test?.columns.a]).toEqual([Float32Array.of(1, 3), Float32Array.of(2)]);
    expect(test?.place?.(0)).toBe("/data/t.csv, line 3");
    const json = await load(objects({ a: 1, part: "dev" }, { a: 2, part: "train" }), [number("a")], { split: "part" });
    expect([json.train.columns.a, json.test?.columns.a]).toEqual([Float32Array.of(2), Float32Array.of(1)]);
  });

  it("must be there, and have rows to train on", async () => {
    await expect(read("a,part\n1,train\n", "fold")).rejects.toThrow(
      "/data/t.csv: has no column 'fold'; it has 'a', 'part'",
    );
    await expect(read("a,part\n1,x\n")).rejects.toThrow("/data/t.csv: no row has 'train' in 'part'");
    expect((await read("a,part\n1,train\n")).test).toBeUndefined();
  });
});

describe("a taker", () => {
  const lines = objects(...Array.from({ length: 11 }, (_, i) => ({ a: i === 4 ? null : i, t: `row ${i}` })));
  const taken = async (rows: number, batch: number, options: Record<string, unknown>) => {
    const parts: DataPart[] = [];
    const taker = { rows, batch, take: (part: DataPart) => void parts.push(part) };
    const { train } = await load(lines, [number("a"), text("t")], options, { taker });
    return { parts, train };
  };

  it("gets the rows of a file in parts, with their places", async () => {
    const { parts, train } = await taken(4, 2, { missing: "drop" });
    expect(train.count).toBe(0);
    expect(parts.map(({ count, dropped }) => [count, dropped])).toEqual([
      [4, 0],
      [4, 1],
      [2, 0],
    ]);
    const whole = (await load(lines, [number("a"), text("t")], { missing: "drop" })).train;
    expect(parts.flatMap(({ columns }) => [...(columns.a ?? [])])).toEqual([...(whole.columns.a ?? [])]);
    expect(parts.flatMap(({ texts }) => texts?.t ?? [])).toEqual(whole.texts?.t);
    expect(parts[1]?.place?.(0)).toBe("/data/a, line 6");
  });

  it("hears of a row that does not fit", async () => {
    await expect(taken(4, 2, {})).rejects.toThrow("/data/a, line 5: 'a' is missing");
  });

  it("gets what there is at the end", async () => {
    const { parts } = await taken(100, 10, { missing: 0 });
    expect(parts.map(({ count }) => count)).toEqual([11]);
  });
});

// NN406 to NN408 by the first rows of a file, as the host reads them.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkProgram } from "../../src/driver/check.ts";
import { load } from "../../src/host/load.ts";
import { temporaryFolder } from "../support/nnc.ts";

/** Checks a data set over a file `t.csv` of these rows; returns codes and messages. */
async function found(
  clauses: string,
  header: string,
  rows: readonly string[],
  file = "t.csv",
): Promise<readonly string[]> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, file), file.endsWith(".csv") ? `${header}\n${rows.join("\n")}\n` : `${rows.join("\n")}\n`);
  const path = join(folder, "t.nn");
  writeFileSync(path, `dataset Table {\n  source ${clauses}\n}\nmodel Net(x: f32) {\n  x\n}\n`);
  const loaded = await load(path, (sources) => checkProgram(sources));
  if ("problem" in loaded) throw new Error(loaded.problem);
  return loaded.ok.diagnostics
    .filter(({ code }) => code !== "NN006")
    .map(({ code, severity, message }) => `${severity} ${code}: ${message}`);
}

const rows = (count: number, row: (i: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, i) => row(i));
const table = 'csv("t.csv")\n  input x: f32\n  target kind: class(3)';

describe("a target among the inputs", () => {
  const inputs = 'csv("t.csv")\n  input x: f32\n  input code: f32\n  target kind: class(3)';
  const told =
    "warning NN406: 'code' in the input 'code' tells the target 'kind': in the first 60 rows each value of one stands beside one value of the other";

  test("under another name", async () => {
    expect(
      await found(
        inputs,
        "x,code,kind",
        rows(60, (i) => `${i},${7 - (i % 3)},${i % 3}`),
      ),
    ).toEqual([told]);
    const objects = rows(60, (i) => JSON.stringify({ x: i, code: 7 - (i % 3), kind: i % 3 }));
    expect(await found(inputs.replace('csv("t.csv")', 'jsonl("t.jsonl")'), "", objects, "t.jsonl")).toEqual([told]);
  });

  test("is none where a value of one stands beside two of the other, or rows are few", async () => {
    expect(
      await found(
        inputs,
        "x,code,kind",
        rows(60, (i) => `${i},${i % 6},${i % 3}`),
      ),
    ).toEqual([]);
    expect(
      await found(
        inputs,
        "x,code,kind",
        rows(12, (i) => `${i},${7 - (i % 3)},${i % 3}`),
      ),
    ).toEqual([]);
  });

  test("as numbers that are the same, not as any two columns without repeats", async () => {
    const numbers = 'csv("t.csv")\n  input x: f32\n  target y: f32';
    expect(
      await found(
        numbers,
        "x,y",
        rows(60, (i) => `${i * i},${i * i}`),
      ),
    ).toHaveLength(1);
    expect(
      await found(
        numbers,
        "x,y",
        rows(60, (i) => `${i * i},${i}`),
      ),
    ).toEqual([]);
  });

  test("is none where it lies ahead of a window", async () => {
    const series =
      'csv("t.csv", window: 4)\n  input past: f32[4] = y\n  target next: f32[1] = shift(y, 4)\n  split train 80%, test 20%';
    expect(
      await found(
        series,
        "y",
        rows(60, (i) => String(i)),
      ),
    ).toEqual([]);
  });
});

describe("parts that overlap", () => {
  const split = `${table}\n  split train 80%, test 20%`;

  test("by rows that repeat", async () => {
    const twice = rows(60, (i) => `${i % 30},${i % 3}`);
    expect(await found(split, "x,kind", twice)).toEqual([
      "warning NN407: 30 of the first 60 rows are there already, so the parts of this split share rows",
    ]);
    expect(await found(table, "x,kind", twice)).toEqual([]);
    expect(await found(`${split} by hash(x)`, "x,kind", twice)).toEqual([]);
    expect(
      await found(
        split,
        "x,kind",
        rows(60, (i) => `${i % 59},${(i % 59) % 3}`),
      ),
    ).toEqual([]);
    // Two columns with few values repeat by nature.
    expect(
      await found(
        split,
        "x,kind",
        rows(60, (i) => `${i % 5},${i % 3}`),
      ),
    ).toEqual([]);
  });

  test("by one file for both", async () => {
    const both = table.replace('csv("t.csv")', 'csv("t.csv", "t.csv")');
    expect(
      await found(
        both,
        "x,kind",
        rows(60, (i) => `${i},${i % 3}`),
      ),
    ).toEqual(["warning NN407: 't.csv' is both the file to train on and the file to test with"]);
  });
});

describe("sorted labels and a split by order", () => {
  const split = `${table}\n  split train 80%, test 20% by order`;

  test("in blocks, or one class as far as anybody looks", async () => {
    expect(
      await found(
        split,
        "x,kind",
        rows(60, (i) => `${i},${Math.floor(i / 20)}`),
      ),
    ).toEqual(["warning NN408: the rows are sorted by 'kind', and the split keeps their order"]);
    expect(
      await found(
        split,
        "x,kind",
        rows(1500, (i) => `${i},${Math.floor(i / 1200)}`),
      ),
    ).toEqual(["warning NN408: the first 1000 rows all have one class of 'kind', and the split keeps their order"]);
  });

  test("is none where classes mix, or the split shuffles", async () => {
    expect(
      await found(
        split,
        "x,kind",
        rows(60, (i) => `${i},${i % 3}`),
      ),
    ).toEqual([]);
    const stratified = `${table}\n  split train 80%, test 20% by stratified(kind)`;
    expect(
      await found(
        stratified,
        "x,kind",
        rows(60, (i) => `${i},${Math.floor(i / 20)}`),
      ),
    ).toEqual([]);
  });
});

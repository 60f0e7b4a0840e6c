// What a check of data finds in small sets: each fault by itself, and none in a sound set.

import { describe, expect, it } from "vitest";
import { dataReport } from "../../src/runtime/core/data/dataReport.ts";
import type { DataFinding, DataPlan, PlanField } from "../../src/runtime/core/data/plan.ts";
import type { DataPart, SourceData } from "../../src/runtime/core/dataset.ts";
import type { ColumnInfo } from "../../src/runtime/core/program.ts";

type Rows = readonly Readonly<Record<string, string | number>>[];

const asText = (name: string): ColumnInfo => ({
  ...{ name, dtype: "i32", shape: [1] },
  encoder: { module: "text", options: {} },
});

const input = (name: string, more: Partial<PlanField> = {}): PlanField => ({
  ...{ name, role: "input", from: [name], numbers: true },
  ...more,
});
const target = (name: string, more: Partial<PlanField> = { classes: 2 }): PlanField => ({
  ...{ name, role: "target", from: [name], numbers: true },
  ...more,
});

function part(rows: Rows): DataPart {
  const names = Object.keys(rows[0] ?? {});
  return {
    count: rows.length,
    columns: {},
    texts: Object.fromEntries(names.map((name) => [name, rows.map((row) => String(row[name]))])),
    place: (row) => `t.csv, line ${row + 2}`,
  };
}

const plan = (
  columns: readonly ColumnInfo[],
  fields: readonly PlanField[],
  more: Partial<DataPlan> = {},
): DataPlan => ({
  ...{ file: "t.nn", dataset: "T", source: { name: "csv", options: { missing: "error" } }, seed: 0, columns, fields },
  split: { train: 0.75, validation: 0, test: 0.25, order: "order" },
  ...more,
});

/** Checks rows of texts. */
function findings(rows: Rows, fields: readonly PlanField[], more: Partial<DataPlan> = {}, test?: Rows) {
  const columns = Object.keys(rows[0] ?? {}).map(asText);
  const data: SourceData = { train: part(rows), ...(test === undefined ? {} : { test: part(test) }) };
  const split = test === undefined ? {} : { split: { train: 1, validation: 0, test: 0, order: "order" as const } };
  return dataReport(plan(columns, fields, { ...split, ...more }), data).findings;
}
const only = (found: readonly DataFinding[], kind: string): readonly DataFinding[] =>
  found.filter((one) => one.kind === kind);

/** Numbers that repeat late and follow no order. */
const noise = (i: number, salt: number): number => ((i * 7919 + salt * 104729) % 1009) / 1009;
const sound = (i: number) => ({ a: noise(i, 1), b: noise(i * 3, 2), kind: noise(i * 5, 3) > 0.5 ? 1 : 0 });
const soundRows = Array.from({ length: 200 }, (_, i) => sound(i));
const fields = [input("a"), input("b"), target("kind")];

describe("a check of data", () => {
  it("finds nothing in a sound set", () => expect(findings(soundRows, fields)).toEqual([]));

  it("tells rows of the test part that are in the training part, with their lines", () => {
    const [leak, ...more] = findings([...soundRows, ...soundRows.slice(10, 14)], fields);
    expect(more).toEqual([]);
    expect(leak).toMatchObject({ level: "error", kind: "leak" });
    expect(leak?.message).toMatch(/^4 rows of the test part are in the training part, too/);
    expect(leak?.places?.[0]).toBe("t.csv, line 202  =  t.csv, line 12");
  });

  it("finds the same where the test part is a file of its own", () =>
    expect(only(findings(soundRows, fields, {}, soundRows.slice(0, 2)), "leak")[0]?.level).toBe("error"));

  it("tells repeats within the training part from contradictions", () => {
    const first = soundRows[0] as (typeof soundRows)[number];
    const rows = [first, first, { ...first, kind: 1 - first.kind }, ...soundRows.slice(1)];
    const found = findings(rows, fields);
    expect(only(found, "repeated")[0]?.message).toMatch(/^2 rows of the training part are there already/);
    expect(only(found, "contradiction")[0]?.message).toMatch(/^1 row has the inputs of an earlier row, but another/);
  });

  it("counts missing numbers, and knows what the program does with them", () => {
    const rows = soundRows.map((row, i) => (i % 50 === 7 ? { ...row, a: i === 7 ? "NA" : "" } : row));
    const [missing] = only(findings(rows, fields), "missing");
    expect(missing).toMatchObject({ level: "error", column: "a", places: ["t.csv, line 9"] });
    expect(missing?.message).toBe("'a' is missing in 4 rows, 2 %");
    expect(only(findings(rows, fields, { missing: "drop" }), "missing")[0]?.level).toBe("note");
    expect(only(findings(rows, fields, { missing: 0 }), "missing")[0]?.message).toContain("takes 0 for it");
  });

  it("names the line of a text among numbers, and a number that is too large", () => {
    const text = soundRows.map((row, i) => (i === 30 ? { ...row, b: "ten" } : row));
    expect(only(findings(text, fields), "not a number")[0]).toMatchObject({
      level: "error",
      places: ["t.csv, line 32"],
    });
    const large = soundRows.map((row, i) => (i === 31 ? { ...row, b: "1e999" } : row));
    expect(only(findings(large, fields), "not a number")[0]).toMatchObject({
      level: "error",
      places: ["t.csv, line 33"],
    });
  });

  it("finds constant columns, keys, and numbers of the row", () => {
    const rows = soundRows.map((row, i) => ({ ...row, same: 3, nr: i + 1, name: `n${i}` }));
    const more = [input("same"), input("nr"), input("name", { whole: true }), ...fields];
    const found = findings(rows, more);
    expect(only(found, "one value").map(({ column }) => column)).toEqual(["same"]);
    expect(only(found, "names the row").map(({ column }) => column)).toEqual(["nr", "name"]);
  });

  it("finds columns that tell a class or a number", () => {
    const rows = soundRows.map((row, i) => ({ ...row, code: 5 + 2 * row.kind, past: row.kind + noise(i, 9) / 2 }));
    const found = findings(rows, [input("code"), input("past"), ...fields]);
    expect(only(found, "tells the target").map(({ column }) => column)).toEqual(["code", "past"]);
    const priced = soundRows.map((row) => ({ ...row, price: 3 * row.a + 1 }));
    const told = findings(priced, [input("a"), input("b"), target("price", {})]);
    expect(only(told, "tells the target").map(({ column }) => column)).toEqual(["a"]);
  });

  it("finds a speaker in two parts, unless the split keeps each in one", () => {
    const rows = soundRows.map((row, i) => ({ ...row, speaker: `s${i % 7}` }));
    expect(only(findings(rows, fields), "group")[0]).toMatchObject({ level: "warning", column: "speaker" });
    const split = { train: 0.7, validation: 0, test: 0.3, order: "hash", column: "speaker" } as const;
    const train = { ...part(rows), keys: rows.map(({ speaker }) => speaker) };
    const { findings: none } = dataReport(plan(Object.keys(rows[0] ?? {}).map(asText), fields, { split }), { train });
    expect(only(none, "group")).toEqual([]);
  });

  it("finds a random split over rows that follow each other in time", () => {
    const rows = soundRows.map((row, i) => ({ ...row, date: new Date(86_400_000 * i).toISOString().slice(0, 10) }));
    const split = { train: 0.7, validation: 0, test: 0.3, order: "random" } as const;
    expect(only(findings(rows, fields, { split }), "time")[0]).toMatchObject({ level: "warning", column: "date" });
    expect(only(findings(rows, fields), "time")).toEqual([]);
  });

  it("counts classes, and finds rare and unseen ones", () => {
    const rows = soundRows.map((row, i) => ({ ...row, kind: i > 190 ? "c" : i % 60 === 0 ? "b" : "a" }));
    const found = findings(rows, [input("a"), input("b"), target("kind", { labels: true })]);
    expect(only(found, "unseen class")[0]).toMatchObject({ level: "error", column: "kind" });
    expect(only(found, "balance")[0]?.message).toMatch(/^the training part has 147 rows of 'a', and 3 rows of 'b'/);
  });

  it("finds numbers far off, not scaled, and beyond those of the training part", () => {
    const rows = soundRows.map((row, i) => ({ ...row, a: i === 5 ? 999 : row.a, b: row.b + (i > 150 ? 3 : 0) }));
    const found = findings(rows, [input("a", { plain: true }), input("b"), target("kind")]);
    expect(only(found, "far off")[0]).toMatchObject({ level: "warning", column: "a", places: ["t.csv, line 7"] });
    expect(only(found, "scale").map(({ column }) => column)).toEqual(["a"]);
    expect(only(found, "range").map(({ column }) => column)).toEqual(["b"]);
  });
});

describe("pictures", () => {
  const pixels: ColumnInfo = { name: "pixels", dtype: "u8", shape: [2, 2, 1] };
  const picture = (values: Uint8Array, names: readonly string[]): SourceData => ({
    train: {
      count: names.length,
      columns: { pixels: values },
      names,
      texts: { label: names.map((_, i) => `k${i % 2}`) },
    },
  });
  const check = (data: SourceData, more: Partial<PlanField> = {}) =>
    dataReport(plan([pixels, asText("label")], [input("pixels", more), target("label", { labels: true })]), data)
      .findings;
  const drawn = (count: number): Uint8Array =>
    Uint8Array.from({ length: 4 * count }, (_, i) => (i * 37 + (i >> 3)) % 251);

  it("finds the same picture in two parts, and empty ones", () => {
    const values = drawn(40);
    values.copyWithin(4 * 35, 0, 4);
    values.fill(9, 8, 12);
    const found = check(
      picture(
        values,
        Array.from({ length: 40 }, (_, i) => `p${i}x.png`),
      ),
    );
    expect(only(found, "leak")[0]?.message).toMatch(/^1 row of the test part is in the training part/);
    expect(only(found, "empty")[0]).toMatchObject({ column: "pixels" });
  });

  it("finds pictures of one origin by the beginnings of their names, and pixels as they are", () => {
    const names = Array.from({ length: 40 }, (_, i) => `drive${i % 3}_${i}.png`);
    const found = check(picture(drawn(40), names), { plain: true });
    expect(only(found, "group")[0]?.message).toContain("beside it: 3 of 3 such groups");
    expect(only(found, "scale")[0]?.help).toContain("pixels / 255");
  });

  it("counts the classes of masks by part", () => {
    const mask: ColumnInfo = { name: "mask", dtype: "u8", shape: [2], classes: 3 };
    const values = Uint8Array.from({ length: 80 }, (_, i) => (i < 60 ? i % 2 : 2));
    const data: SourceData = { train: { count: 40, columns: { mask: values } } };
    const { targets } = dataReport(plan([mask], [target("mask", { classes: 3 })]), data);
    expect(targets[0]?.classes).toEqual([
      { name: "0", train: 30, validation: 0, test: 0 },
      { name: "1", train: 30, validation: 0, test: 0 },
      { name: "2", train: 0, validation: 0, test: 20 },
    ]);
  });

  it("finds numbers that are not finite", () => {
    const samples: ColumnInfo = { name: "samples", dtype: "f32", shape: [3] };
    const values = Float32Array.from({ length: 90 }, (_, i) => (i === 13 ? Number.NaN : noise(i, 1)));
    const train: DataPart = { count: 30, columns: { samples: values } };
    const { findings: found } = dataReport(plan([samples], [input("samples")]), { train });
    expect(only(found, "not a number")[0]).toMatchObject({ level: "error", places: ["example 4"] });
  });
});

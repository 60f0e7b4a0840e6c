// `nnc init`: a first program for a file of data checks, trains as it is, and replaces nothing.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encode } from "fast-png";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const lines = (header: string, count: number, row: (i: number) => string): string =>
  [header, ...Array.from({ length: count }, (_, i) => row(i))].join("\n");

const tables: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "classes of text",
    lines("width,height,kind", 90, (i) => `${i % 7},${i % 5},${["a", "b", "c"][i % 3]}`),
    ["answer: class(3) = kind", "by stratified(kind)", "accuracy"],
  ],
  [
    "a number, with gaps and a key",
    lines("id,area,town,price", 120, (i) => `${i},${i % 9 === 4 ? "" : (i % 11) / 2},${["x", "y"][i % 2]},${i * 1.5}`),
    ["answer: f32[1] = price -> Normalization()", "by hash(id)", "missing: drop", "town: token(3) = vocabulary(town)"],
  ],
  [
    "sentences",
    lines("text,label", 80, (i) => `${i % 2 ? "this is a good one" : "that was not so bad at all"} ${i},${i % 2}`),
    ["answer: class(2) = label"],
  ],
  [
    "other separators",
    lines("a;b;y", 60, (i) => `${i % 4},${i % 3};${i % 5};${i % 2}`.replace(",", ".")),
    ['delimiter: ";"', "class(2)"],
  ],
  [
    "quotes and semicolons",
    lines('"a";"the day";"y"', 60, (i) => `"${i % 4}";"d, ${i}";${i % 2}`),
    ['delimiter: ";"', "class(2) = y"],
  ],
  [
    "times, keys and names, of which most rows have their own",
    lines(
      "when,order,name,plan,left",
      90,
      (i) => `2024-01-${1 + (i % 28)} 1${i % 10}:00,A-${i},Ann ${i % 60},${["a", "b"][i % 2]},${i % 2}`,
    ),
    ["class(2) = left", '{\n  source csv("data.csv")\n  input plan: token(3) = vocabulary(plan)\n  target'],
  ],
  [
    "the seconds since 1970",
    lines("ts,load,a,b", 90, (i) => `${1_700_000_000 + 60 * i},${i % 7},${i % 5},${i / 8}`),
    ["by time(ts)", "f32[2] = rest", "b -> Normalization()"],
  ],
  [
    "parts",
    lines("a,split,y", 90, (i) => `${i % 4},${i % 5 ? "train" : "test"},${i % 2}`),
    ['split: "split"', "split train 90%, validation 10%, by stratified(y)"],
  ],
  [
    "a series by years",
    lines("year,load", 300, (i) => `${1700 + i},${Math.sin(i / 9).toFixed(3)}`),
    ["window: 48", "f32[48] = load", "f32[12] = load -> shift(48)"],
  ],
  ["a series", lines("date,load", 400, (i) => `2024-${i},${Math.sin(i / 9).toFixed(3)}`), ["window: 48", "shift(48)"]],
];

async function begun(name: string, content: string | Uint8Array, ...args: readonly string[]) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, name), content);
  return { cwd, ...(await nnc(["init", name, ...args], { cwd })) };
}

describe("nnc init", () => {
  test.each(tables)("writes a program for a table with %s, which trains as it is", async (_name, table, parts) => {
    const { cwd, code, stdout, stderr } = await begun("data.csv", table);
    expect([code, stdout]).toEqual([0, "data.nn\n"]);
    expect(stderr).toContain("Train it: nnc train data.nn");
    const text = readFileSync(join(cwd, "data.nn"), "utf8");
    for (const part of parts) expect(text).toContain(part);
    expect((await nnc(["fmt", "--check", "data.nn"], { cwd })).code).toBe(0);
    const trained = await nnc(["train", "data.nn", "--epochs", "1"], { cwd });
    expect([trained.code, trained.stderr.includes("error:")]).toEqual([0, false]);
  });

  test.each([
    [10, 2],
    [64, 16],
    [4000, 32],
  ])("gives a table of %d rows batches of %d, and no advice", async (rows, batch) => {
    const { cwd } = await begun(
      "data.csv",
      lines("size,kind", rows, (i) => `${i * 0.37},${i % 2 ? "odd" : "even"}`),
    );
    expect(readFileSync(join(cwd, "data.nn"), "utf8")).toMatch(new RegExp(`batch +${batch}\\n`));
    const checked = await nnc(["check", "data.nn"], { cwd });
    expect([checked.code, checked.stderr, checked.stdout]).toEqual([0, "", ""]);
  });

  test("writes one for a Parquet file", async () => {
    const rows = Array.from({ length: 90 }, (_, i) => i);
    const table = parquetWriteBuffer({
      columnData: [
        { name: "area", data: rows.map((i) => (i % 9 === 4 ? null : (i % 11) / 2)), type: "DOUBLE" },
        { name: "town", data: rows.map((i) => ["x", "y"][i % 2]), type: "STRING" },
        { name: "kind", data: rows.map((i) => i % 3), type: "INT32" },
      ],
    });
    const { cwd, code } = await begun("data.parquet", new Uint8Array(table));
    expect(code).toBe(0);
    const text = readFileSync(join(cwd, "data.nn"), "utf8");
    for (const part of ['parquet("data.parquet", missing: drop)', "class(3) = kind", "vocabulary(town)"])
      expect(text).toContain(part);
    const trained = await nnc(["train", "data.nn", "--epochs", "1"], { cwd });
    expect([trained.code, trained.stderr.includes("error:")]).toEqual([0, false]);
  });

  test("writes one for JSON Lines, arrays among them", async () => {
    const row = (i: number): string =>
      JSON.stringify({ size: i / 7, at: [i % 3, i % 2], kind: i % 2 ? "odd" : "even" });
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "data.jsonl"), Array.from({ length: 80 }, (_, i) => row(i)).join("\n"));
    expect((await nnc(["init", "data.jsonl"], { cwd })).code).toBe(0);
    const text = readFileSync(join(cwd, "data.nn"), "utf8");
    for (const part of ['jsonl("data.jsonl")', "at: f32[2] = at -> Normalization()", "class(2) = kind"])
      expect(text).toContain(part);
    expect((await nnc(["train", "data.nn", "--epochs", "1"], { cwd })).code).toBe(0);
  });

  test("writes one for pictures in folders", async () => {
    const cwd = temporaryFolder();
    for (const [k, kind] of ["cat", "dog"].entries()) {
      mkdirSync(join(cwd, "animals", kind), { recursive: true });
      for (let i = 0; i < 12; i++) {
        const data = Uint8Array.from({ length: 20 * 30 * 3 }, (_, at) => (at * 7 + i * 31 + k * 90) % 256);
        writeFileSync(
          join(cwd, "animals", kind, `${i}.png`),
          encode({ width: 30, height: 20, data, channels: 3, depth: 8 }),
        );
      }
    }
    const { code, stderr } = await nnc(["init", "animals"], { cwd });
    expect(stderr).toContain("24 pictures in 2 classes: cat, dog.");
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, "animals.nn"), "utf8")).toContain('images("animals", size: 20x32)');
    expect((await nnc(["train", "animals.nn", "--epochs", "1"], { cwd })).code).toBe(0);
  });

  test("writes one for a text", async () => {
    const { cwd, code } = await begun("plays.txt", "To be, or not to be: that is the question.\n".repeat(200));
    expect(code).toBe(0);
    expect((await nnc(["train", "plays.nn", "--epochs", "1"], { cwd })).code).toBe(0);
  });

  test("replaces nothing", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "data.csv"), "a,y\n1,0\n2,1\n");
    writeFileSync(join(cwd, "data.nn"), "mine");
    const { code, stderr } = await nnc(["init", "data.csv"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("data.nn is there already");
    expect(readFileSync(join(cwd, "data.nn"), "utf8")).toBe("mine");
  });

  test.each<readonly [string, string, string, ...string[]]>([
    ["a header alone", "data.csv", "a,b\n", "has a header and no rows"],
    ["nothing", "data.csv", "", "is empty"],
    ["a column that is not there", "data.csv", "a,b\n1,2\n", 'has no column "c"; it has "a", "b"', "--target", "c"],
    ["one column", "data.csv", "a\n1\n2\n", "one column"],
    ["the same answer in each row", "data.csv", "a,b\n1,2\n3,2\n", "the same value in each row"],
    ["a name that no program can say", "data.csv", "a,my answer\n1,2\n3,4\n", "cannot name the column"],
    ["another file", "data.exe", "MZ", "takes a table"],
    ["broken bytes", "data.txt", "\ud800", "3 characters".slice(2)],
    ["a short text", "data.txt", "hello", "has 5 characters"],
    ["no archive", "data.zip", "hello", "data.zip"],
  ])("says what is wrong with %s", async (_name, file, content, message, ...args) => {
    const { cwd, code, stderr } = await begun(file, content, ...args);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
    expect(existsSync(join(cwd, "data.nn"))).toBe(false);
  });
});

// Rows that memory does not hold: what a training reads of them, held to the same rows in memory.

import { describe, expect, it } from "vitest";
import type { BlockFile, SourceRequest } from "../../src/runtime/core/dataset.ts";
import { type DividedData, dividedData, isStored } from "../../src/runtime/core/divided.ts";
import { discretizationEncoder } from "../../src/runtime/core/encoders/discretization.ts";
import { normalizationEncoder } from "../../src/runtime/core/encoders/normalization.ts";
import { stringLookupEncoder } from "../../src/runtime/core/encoders/stringLookup.ts";
import type { FeedOrder } from "../../src/runtime/core/feed.ts";
import { numberOfCell } from "../../src/runtime/core/formats/cells.ts";
import type { Numbers } from "../../src/runtime/core/program.ts";
import { numbersAt } from "../../src/runtime/core/ranks.ts";
import { loadSource as csv } from "../../src/runtime/core/sources/csv.ts";
import { loadSource as jsonl } from "../../src/runtime/core/sources/jsonl.ts";
import { dataFilesOf } from "../support/dataFiles.ts";
import { createFakeProgram } from "../support/fakeProgram.ts";

const fileInMemory = (): BlockFile => {
  let held = new Uint8Array();
  return {
    add(bytes) {
      const at = 4 * Math.ceil(held.length / 4);
      const more = new Uint8Array(at + bytes.length);
      more.set(held);
      more.set(bytes, at);
      held = more;
      return at;
    },
    read: (at, length) => held.slice(at, at + length),
    close: () => {},
  };
};

const encoders = {
  normalization: normalizationEncoder,
  discretization: discretizationEncoder,
  stringLookup: stringLookupEncoder,
};
const columns: SourceRequest["columns"] = [
  { name: "id", dtype: "f32", shape: [] },
  {
    name: "v",
    dtype: "f32",
    shape: [2],
    from: ["a", "b"],
    encoder: { module: "normalization", numbers: true, options: {} },
  },
  {
    name: "bin",
    dtype: "i32",
    shape: [],
    from: ["a"],
    encoder: { module: "discretization", numbers: true, options: { num_bins: 4 } },
  },
  { name: "name", dtype: "i32", shape: [], encoder: { module: "stringLookup", options: { max_tokens: 5 } } },
  { name: "y", dtype: "u8", shape: [], classes: 3 },
];
type Split = NonNullable<SourceRequest["store"]>["split"];
const shares = { train: 0.8, validation: 0.1, test: 0.1 };
const rows = Array.from({ length: 1000 }, (_, i) => [i, (i * 7919) % 1000, i / 3, `n${(i * i) % 6}`, i % 3]);
const table = `id,a,b,name,y\n${rows.map((row) => row.join(",")).join("\n")}\n`;

interface Given {
  readonly split: Split;
  readonly memory?: number;
  readonly options?: Record<string, unknown>;
  readonly limit?: number;
  readonly files?: Record<string, string>;
}

async function divided({
  split,
  memory,
  options = {},
  limit,
  files = { "a.csv": table },
}: Given): Promise<DividedData> {
  const request: SourceRequest = {
    ...{ name: "csv", options: { file: "a.csv", missing: "error", ...options }, columns, seed: 3 },
    ...(split.column === undefined ? {} : { key: split.column }),
    ...(memory === undefined ? {} : { store: { memory, split, open: fileInMemory } }),
  };
  const source = await csv(request, dataFilesOf(files));
  expect(isStored(source)).toBe(memory !== undefined);
  const manifest = { ...createFakeProgram().manifest, columns, split };
  return dividedData(source, { manifest, encoders, seed: 3, limit });
}

const room = (n: number): Record<string, Numbers> =>
  Object.fromEntries(
    columns.map(({ name, dtype, shape }) => [
      name,
      new (dtype === "u8" ? Uint8Array : dtype === "i32" ? Int32Array : Float32Array)(n * (shape[0] ?? 1)),
    ]),
  );
/** All rows of an order, in batches of 7. */
function read(order: FeedOrder, count: number, batch = 7): Record<string, number[]> {
  const all: Record<string, number[]> = Object.fromEntries(columns.map(({ name }) => [name, []]));
  for (let start = 0; start < count; start += batch) {
    const n = Math.min(batch, count - start);
    const to = room(batch);
    order.gather(start, n, columns, to);
    for (const { name, shape } of columns) all[name]!.push(...to[name]!.subarray(0, n * (shape[0] ?? 1)));
  }
  return all;
}
const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

describe("rows in a file", () => {
  it.each<[string, Given]>([
    ["in the order of the file", { split: { ...shares, order: "order" } }],
    ["by numbers of rows", { split: { train: 500, validation: 99, test: 301, rows: true, order: "order" } }],
    ["by a hash", { split: { ...shares, order: "hash", column: "id" } }],
    [
      "with a test part of their own",
      { split: { train: 0.9, validation: 0.1, test: 0, order: "order" }, options: { split: "name", train_on: "n1" } },
    ],
    [
      "with a file to test with",
      {
        split: { train: 1, validation: 0, test: 0, order: "random" },
        options: { test: "b.csv" },
        files: { "a.csv": table, "b.csv": table },
      },
    ],
  ])("are those of memory, divided %s", async (_name, given) => {
    const [held, stored] = [await divided(given), await divided({ ...given, memory: 20_000 })];
    expect(stored.examples).toEqual(held.examples);
    const [own, other] = [held.prepare(), stored.prepare()];
    for (const [name, learned] of Object.entries(own.learned))
      expect(other.learned[name]).toEqual(
        name === "v" ? learned.map((value) => expect.closeTo(Number(value), 9) as unknown) : learned,
      );
    // With the same learned numbers, every value is the same.
    const same = stored.prepare(own.learned).feeds;
    for (const part of ["train", "validation", "test"] as const) {
      const [a, b] = [own.feeds[part], same[part]];
      expect(b?.count).toBe(a?.count);
      if (a === undefined || b === undefined) continue;
      expect(read(b.inOrder(), b.count)).toEqual(read(a.inOrder(), a.count));
      const last = a.count - 1;
      expect(b.place(b.inOrder().rows(last, 1)[0]!)).toBe(a.place(a.inOrder().rows(last, 1)[0]!));
    }
  });

  it("come once an epoch, mixed within windows, in an order that each epoch and seed has for itself", async () => {
    const stored = await divided({ split: { ...shares, order: "order" }, memory: 20_000 });
    const { train } = stored.prepare().feeds;
    const { window: most = 0 } = stored.order;
    expect(most).toBeGreaterThan(50);
    expect(most).toBeLessThan(400);
    const order = (seed: number, epoch: number): readonly number[] => read(train.epoch(seed, epoch), 800).id!;
    const first = order(3, 0);
    expect(ascending(first)).toEqual(Array.from({ length: 800 }, (_, i) => i));
    expect(order(3, 0)).toEqual(first);
    expect(order(3, 1)).not.toEqual(first);
    expect(order(4, 0)).not.toEqual(first);
    // The first window holds rows from all of the file.
    const window = first.slice(0, most);
    expect(Math.max(...window) - Math.min(...window)).toBeGreaterThan(600);
    // From any place on, in any batches, it is the same order.
    const again = train.epoch(3, 0);
    for (const start of [700, 13, 401, 0, 799]) {
      const to = room(90);
      const n = Math.min(90, 800 - start);
      again.gather(start, n, columns, to);
      expect([...to.id!.subarray(0, n)]).toEqual(first.slice(start, start + n));
      expect([...again.rows(start, n)]).toEqual(first.slice(start, start + n).map((id) => id + 2));
    }
  });

  it("come in batches of like rows within windows", async () => {
    const stored = await divided({ split: { ...shares, order: "order" }, memory: 20_000 });
    const { train } = stored.prepare().feeds;
    const windows = Math.ceil(800 / (stored.order.window ?? 800));
    // Rows of class 0 are those that end before their first number.
    const grouping = { batch: 7, buckets: [{ y: 0 }], columns: columns.filter(({ name }) => name === "y") };
    const order = train.epoch(3, 1, grouping);
    const { id, y } = read(order, 800);
    expect(ascending(id!)).toEqual(Array.from({ length: 800 }, (_, i) => i));
    expect(read(train.epoch(3, 1, grouping), 800).id).toEqual(id);
    const whole = Array.from({ length: Math.floor(800 / 7) }, (_, i) => y!.slice(7 * i, 7 * i + 7));
    const short = whole.filter((batch) => batch.every((value) => value === 0)).length;
    const rows = y!.filter((value) => value === 0).length;
    // A window begins with rows that complete a batch, and hands what is left of one kind to the other.
    expect(short).toBeLessThanOrEqual(rows / 7);
    expect(short).toBeGreaterThanOrEqual(rows / 7 - 3 * windows);
    const to = room(7);
    order.gather(700, 7, columns, to);
    expect([...to.id!]).toEqual(id!.slice(700, 707));
  });

  it("are in an exactly random order where a window holds them all", async () => {
    const options = { split: "name", train_on: "n1" };
    const stored = await divided({
      split: { train: 1, validation: 0, test: 0, order: "random" },
      memory: 50_000,
      options,
    });
    const { train } = stored.prepare().feeds;
    expect(stored.order).toEqual({ random: "exactly" });
    expect(ascending(read(train.epoch(0, 0), train.count).id!)).toEqual(read(train.inOrder(), train.count).id!);
  });

  it("have about their shares in random order, and are each in one part", async () => {
    const stored = await divided({ split: { ...shares, order: "random" }, memory: 20_000 });
    const { train, validation, test } = stored.prepare().feeds;
    expect(Math.abs(train.count - 800)).toBeLessThan(50);
    expect(Math.abs(validation!.count - 100)).toBeLessThan(40);
    const ids = [train, validation!, test!].flatMap((feed) => read(feed.inOrder(), feed.count).id!);
    expect(ascending(ids)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  it("can be fewer, each with the same chance", async () => {
    const stored = await divided({ split: { ...shares, order: "order" }, memory: 20_000, limit: 200 });
    expect(stored.examples.train).toBe(200);
    const ids = read(stored.prepare().feeds.train.inOrder(), 200).id!;
    expect(new Set(ids).size).toBe(200);
    expect(Math.abs(ids.filter((id) => id < 400).length - 100)).toBeLessThan(40);
  });

  it.each<[string, Split, Record<string, unknown>]>([
    ["a split by stratified shares", { ...shares, order: "stratified", column: "y" }, {}],
    ["a split by time", { ...shares, order: "time", column: "id" }, {}],
    [
      "a split by numbers of rows in random order",
      { train: 9, validation: 1, test: 0, rows: true, order: "random" },
      {},
    ],
  ])("cannot have %s", async (what, split, options) => {
    await expect(divided({ split, memory: 20_000, options })).rejects.toThrow(
      `the data takes more than 20 kB of memory, and ${what} needs all of it at once; allow more: --memory 160kB`,
    );
  });

  it("are refused where nothing is left to train on, and by line", async () => {
    const none: Split = { train: 0, validation: 0.5, test: 0.5, order: "order" };
    await expect(divided({ split: none, memory: 20_000 })).rejects.toThrow(
      "there is nothing to train on: 1000 examples",
    );
    const files = { "a.csv": `${table}1000,x,2,n,1\n` };
    await expect(divided({ split: { ...shares, order: "order" }, memory: 20_000, files })).rejects.toThrow(
      "/data/a.csv, line 1002: 'a' is 'x', but must be a number",
    );
  });

  it("may be JSON Lines with arrays", async () => {
    const lines = Array.from({ length: 500 }, (_, i) => JSON.stringify({ at: [i, 2 * i, 1], y: i % 2 }));
    const wanted = [
      { name: "at", dtype: "f32", shape: [3] },
      { name: "y", dtype: "u8", shape: [], classes: 2 },
    ] as const;
    const split: Split = { train: 1, validation: 0, test: 0, order: "order" };
    const store = { memory: 8000, split, open: fileInMemory };
    const request = { name: "jsonl", options: { file: "a", missing: "error" }, columns: wanted, seed: 0, store };
    const source = await jsonl(request, dataFilesOf({ a: lines.join("\n") }));
    const manifest = { ...createFakeProgram().manifest, columns: wanted, split };
    const { train } = dividedData(source, { manifest, encoders: {}, seed: 0, limit: undefined }).prepare().feeds;
    const to = { at: new Float32Array(1500), y: new Uint8Array(500) };
    train.inOrder().gather(0, 500, wanted, to);
    expect([...to.at.subarray(1497)]).toEqual([499, 998, 1]);
    expect([...to.y]).toEqual(lines.map((_, i) => i % 2));
  });
});

describe("numberOfCell", () => {
  it("reads what Number reads, to the bit", () => {
    let state = 1;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const digits = (count: number): string => Array.from({ length: count }, () => random(10)).join("");
    for (let i = 0; i < 20_000; i++) {
      const sign = ["", "-", "+"][random(3)]!;
      const cell = sign + digits(random(12)) + ["", ".", ".", "e3", ".e-2"][random(5)]! + digits(random(9));
      const expected = /\d/.test(cell) && !/e-?$/.test(cell) ? Number(cell) : Number.NaN;
      const found = numberOfCell(cell);
      if (typeof found === "number") expect(Object.is(found, expected)).toBe(true);
      else expect(Number.isNaN(expected) || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(cell)).toBe(true);
    }
    for (const [cell, number] of [
      ["-0", -0],
      ["0.1", 0.1],
      [".5", 0.5],
      ["5.", 5],
      [" 7 ", 7],
      ["123456789012345678", 123456789012345680],
    ] as const)
      expect(Object.is(numberOfCell(cell), number)).toBe(true);
    for (const cell of ["-", ".", "-.", "1.2.3", "1-2", "0x1", "1e", "١"]) expect(numberOfCell(cell)).toBe(undefined);
    expect(numberOfCell("")).toBe("missing");
  });
});

describe("numbersAt", () => {
  it("finds the numbers at places of the order without sorting", () => {
    const numbers = Array.from(
      { length: 3000 },
      (_, i) => Math.fround(((i * 7919) % 3001) - 1500 + ((i * 31) % 97) / 97) * (i % 50 === 0 ? 1e-30 : 1),
    ).map(Math.fround);
    numbers.push(0, -0, 3.4e38, -3.4e38, 1e-45, ...Array.from({ length: 400 }, () => 7.5));
    const sorted = Float32Array.from(numbers).sort();
    const places = Array.from({ length: 100 }, (_, i) => Math.floor((i * (sorted.length - 1)) / 99));
    expect(numbersAt(numbers.map(Math.fround), places)).toEqual(places.map((place) => sorted[place]));
  });
});

// Batches of rows of like lengths: how rows are put together, and trainers that take short steps for short batches.

import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/driver/index.ts";
import type { TargetName } from "../../src/driver/options.ts";
import { bucketOf, bucketsOfRows, groupedOrder, groupingOf } from "../../src/runtime/core/buckets.ts";
import { readCheckpoint, writeCheckpoint } from "../../src/runtime/core/checkpoint.ts";
import { allRows, type Dataset } from "../../src/runtime/core/dataset.ts";
import { feedOf } from "../../src/runtime/core/feed.ts";
import { trainProgram } from "../../src/runtime/core/loop.ts";
import type { Manifest, Program, ProgramOptions } from "../../src/runtime/core/program.ts";
import { loadTensorFlow } from "../../src/runtime/node/tensorflow.ts";
import { everything } from "../support/extent.ts";
import { createFakeProgram } from "../support/fakeProgram.ts";

const steps = 8;
const columns: Manifest["columns"] = [
  { name: "words", dtype: "i32", shape: [steps], classes: 9 },
  { name: "kind", dtype: "i32", shape: [], classes: 2 },
];
const manifest: Manifest = {
  ...createFakeProgram().manifest,
  ...{ columns, batch: 5, buckets: [{ words: 2 }, { words: 5 }] },
};
const grouping = groupingOf(manifest)!;

/** Rows of these lengths, each of 1 and filled up with 0. The target is whether a row has an even length. */
function dataOf(lengths: readonly number[]): Dataset {
  const words = new Int32Array(lengths.length * steps);
  for (const [row, length] of lengths.entries())
    for (let i = 0; i < length; i++) words[row * steps + i] = 1 + ((row + i) % 8);
  const kind = Int32Array.from(lengths, (length) => length % 2);
  return { train: allRows({ count: lengths.length, columns: { words, kind } }) };
}
const bucketFor = (length: number): number => (length <= 2 ? 0 : length <= 5 ? 1 : 2);
const anyLengths = fc.array(fc.nat(steps), { minLength: 1, maxLength: 80 });

describe("rows in batches of like lengths", () => {
  it("belong to the shortest length that leaves only zeros out", () => {
    const lengths = [0, 1, 2, 3, 5, 6, 8];
    const rows = dataOf(lengths).train;
    expect([...bucketsOfRows(rows, grouping)]).toEqual(lengths.map(bucketFor));
    // A 0 in the middle is no end.
    const gap = Int32Array.of(1, 0, 0, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
    expect(bucketOf(manifest, { words: gap }, 1)).toBe(1);
    expect(bucketOf(manifest, { words: gap.subarray(8) }, 1)).toBe(0);
    expect(bucketOf(manifest, { words: gap }, 2)).toBe(1);
  });

  it("come once an epoch, in as many batches as without buckets, of which only the last may be short", () => {
    fc.assert(
      fc.property(anyLengths, fc.nat(1000), fc.nat(9), (lengths, seed, epoch) => {
        const order = feedOf(dataOf(lengths).train).epoch(seed, epoch, grouping);
        const rows = [...order.rows(0, lengths.length)];
        expect([...rows].sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
        const kinds = rows.map((row) => bucketFor(lengths[row]!));
        const whole = Math.floor(rows.length / grouping.batch);
        const longest = Array.from({ length: whole }, (_, i) =>
          Math.max(...kinds.slice(i * grouping.batch, (i + 1) * grouping.batch)),
        );
        // What is left of the shorter ones takes no more than a batch of each further length.
        for (const bucket of [0, 1]) {
          const rowsUpTo = kinds.filter((kind) => kind <= bucket).length;
          const batches = longest.filter((kind) => kind <= bucket).length;
          expect(batches).toBeGreaterThanOrEqual(Math.floor(rowsUpTo / grouping.batch) - 1);
        }
      }),
    );
  });

  it("come in an order of the seed and the epoch, and short batches are not the first", () => {
    const lengths = Array.from({ length: 200 }, (_, i) => i % (steps + 1));
    const feed = feedOf(dataOf(lengths).train);
    const rows = (seed: number, epoch: number): readonly number[] => [
      ...feed.epoch(seed, epoch, grouping).rows(0, 200),
    ];
    expect(rows(1, 0)).toEqual(rows(1, 0));
    expect(rows(1, 0)).not.toEqual(rows(1, 1));
    expect(rows(1, 0)).not.toEqual(rows(2, 0));
    const kinds = rows(1, 0).map((row) => bucketFor(lengths[row]!));
    expect(kinds).not.toEqual([...kinds].sort());
  });

  it("complete the batch that an earlier window began", () => {
    fc.assert(
      fc.property(anyLengths, fc.nat(30), (lengths, first) => {
        const order = Int32Array.from(lengths, (_, i) => i);
        const buckets = Uint8Array.from(lengths, bucketFor);
        const made = groupedOrder(order, buckets, grouping, { first, seed: 1, purpose: "p", round: 0 });
        expect([...made].sort((a, b) => a - b)).toEqual([...order]);
        const before = Math.min(lengths.length, (5 - (first % 5)) % 5);
        expect([...made.subarray(0, before)]).toEqual([...order.subarray(0, before)]);
        const batches = Math.floor((lengths.length - before) / 5);
        const kinds = Array.from({ length: batches }, (_, i) =>
          Math.max(...[...made.subarray(before + 5 * i, before + 5 * i + 5)].map((row) => buckets[row]!)),
        );
        const short = buckets.subarray(before).filter((kind) => kind === 0).length;
        expect(kinds.filter((kind) => kind === 0)).toHaveLength(Math.floor(short / 5));
      }),
    );
  });
});

const text = (buckets: string): string => `
dataset D {
  source csv("a.csv")
  input  words: token(9)[8] = words(text)
  target kind: class(2) = label
}
model M(words: token(9)[8]) {
  Embedding(9, 6, mask_zero: true)
  GRU(5)
  Dense(2, softmax)
}
train M on D {
  loss      categorical_crossentropy
  optimizer adam(0.05)
  metrics   accuracy
  epochs    3
  batch     5
  ${buckets}
}`;

const folder = mkdtempSync(join(tmpdir(), "nnc-buckets-"));
let folders = 0;
type Open = (options?: ProgramOptions) => Promise<Program>;

/** Opens programs of a trainer, initialized. */
async function trainer(program: string, target: TargetName): Promise<Open> {
  const made = await compile({ entry: "a.nn", texts: new Map([["a.nn", program]]) }, { target });
  expect(made.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const own = join(folder, String(folders++));
  mkdirSync(own);
  for (const [name, output] of made.outputs) writeFileSync(join(own, name), output);
  const module = await import(/* @vite-ignore */ pathToFileURL(join(own, "train.js")).href);
  return async (options = {}) => {
    const given = { revectorize: false, ...options };
    const opened: Program =
      target === "tfjs"
        ? module.createProgram(await loadTensorFlow(import.meta.url, "cpu"))
        : module.createProgram(given);
    opened.initialize(4);
    return opened;
  };
}

const lengths = Array.from({ length: 43 }, (_, i) => 1 + ((7 * i) % steps));
/** The rows, in the columns of a program. */
function dataFor({ manifest: { columns: own } }: Program): Dataset {
  const { part } = dataOf(lengths).train;
  const named = own.map(({ name, tokens }) => [name, part.columns[tokens === true ? "words" : "kind"]!] as const);
  return { train: allRows({ count: lengths.length, columns: Object.fromEntries(named) }) };
}
const slotsOf = ({ slots }: Program): readonly (readonly [string, number[]])[] =>
  slots.map(({ name, values }) => [name, [...values]] as const);

describe.each(everything ? (["js", "wasm", "tfjs"] as const) : (["wasm"] as const))(
  "a trainer of target %s",
  (target) => {
    it("learns from short steps what it learns from whole ones", async () => {
      const [short, whole] = [
        await (await trainer(text("buckets [2, 5]"), target))(),
        await (await trainer(text(""), target))(),
      ];
      expect(short.manifest.buckets!.map((bucket) => Object.values(bucket))).toEqual([[2], [5]]);
      const order = feedOf(dataFor(short).train).epoch(0, 0, groupingOf(short.manifest));
      const taken: number[] = [];
      for (let start = 0; start < lengths.length; start += 5) {
        const n = Math.min(5, lengths.length - start);
        for (const program of [short, whole]) order.gather(start, n, program.manifest.columns, program.columns);
        taken.push(bucketOf(short.manifest, short.columns, n));
        const [own, full] = [short, whole].map((program) => program.trainStep(n));
        expect(own).toBeCloseTo(full!, 5);
      }
      expect(new Set(taken)).toEqual(new Set([0, 1, 2]));
      const wanted = new Map(slotsOf(whole));
      for (const [name, values] of slotsOf(short))
        for (const [i, value] of values.entries()) expect(value, name).toBeCloseTo(wanted.get(name)![i]!, 4);
      for (const program of [short, whole]) program.close();
    });
  },
);

describe("a training with buckets", () => {
  it("goes on from the middle of an epoch to the same bits, on any number of threads", async () => {
    const open = await trainer(text("buckets [2, 5]"), "wasm");
    const circumstances = { program: "p", seed: 0, epochs: 3, examples: { train: 43, validation: 0, test: 0 } };
    const whole = await open();
    const data = dataFor(whole);
    await trainProgram(whole, data, { seed: 0 });
    const wanted = slotsOf(whole);
    for (const [threads, maxSteps] of [
      [1, 4],
      [2, 13],
      [3, 22],
    ] as const) {
      const begun = await open({ threads });
      let saved: Uint8Array | undefined;
      await trainProgram(
        begun,
        data,
        { seed: 0, maxSteps },
        { onState: (state) => (saved = writeCheckpoint(begun, state, circumstances, {})) },
      );
      begun.close();
      const resumed = await open({ threads });
      const found = readCheckpoint(saved!, "c");
      found.restore(resumed);
      await trainProgram(resumed, data, { seed: 0, from: found.state });
      expect(slotsOf(resumed), `${threads} threads`).toEqual(wanted);
      resumed.close();
    }
    whole.close();
  });
});

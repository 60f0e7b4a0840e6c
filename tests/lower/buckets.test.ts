// Batches of short rows: a step of their length does what the step of the whole length does, and leaves the same weights.

import { describe, expect, test } from "vitest";
import { executors } from "../../src/conformance/executors.ts";
import { lower } from "../../src/lower/lower.ts";
import { toPrims } from "../../src/passes/index.ts";
import { schedule } from "../../src/schedule/schedule.ts";
import { everything } from "../support/extent.ts";
import { openTraining, requestOf } from "../support/training.ts";

const lengths = [2, 4];
const steps = 6;
const rows = 5;

/** Numbers from 0 to 1, the same each time. */
function numbers(): () => number {
  let state = 7;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Rows of up to so many tokens, each with at least one, filled up with 0. */
function tokens(most: number, next: () => number): readonly number[] {
  return Array.from({ length: rows }, (_, row) => {
    const own = row === 0 ? most : 1 + Math.floor(next() * most);
    return Array.from({ length: steps }, (_, i) => (i < own ? 1 + Math.floor(next() * 8) : 0));
  }).flat();
}

const reader = (layers: string): string => `
dataset D {
  source csv("a.csv")
  input  words: token(9)[6] = words(text)
  target kind: class(3) = label
}
model M(words: token(9)[6]) {
  Embedding(9, 5, mask_zero: true)
  ${layers}
  Dense(3, softmax)
}
train M on D {
  loss      categorical_crossentropy
  optimizer adam(0.05)
  metrics   accuracy
  batch     5
  buckets   [2, 4]
}`;

const writer = `
dataset D {
  source csv("a.csv")
  input  words: token(9)[6] = words(text)
  input  so_far: token(9)[6] = words(other, start: true)
  target next: token(9)[6] = shift(other, 1)
}
model M(words: token(9)[6], so_far: token(9)[6]) {
  let seen = words -> Embedding(9, 5, mask_zero: true) -> LSTM(4, return_sequences: true)
  let said = so_far -> Embedding(9, 4, mask_zero: true) -> GRU(4, return_sequences: true)
  let found = (said, seen) -> Attention()
  concat(said, found)
  Dense(9, softmax)
}
train M on D {
  loss      categorical_crossentropy
  optimizer { dense: sgd(0.1), rest: rmsprop(0.01) }
  metrics   accuracy
  batch     5
  buckets   { words: [2, 4], so_far: [2, 4], next: [2, 4] }
}`;

const programs: readonly (readonly [name: string, text: string])[] = [
  ["a recurrent layer", reader("GRU(4)")],
  ["recurrent layers in both directions", reader("Bidirectional(SimpleRNN(3, return_sequences: true))\n  GRU(2)")],
  ["a mean over steps", reader("GlobalAveragePooling1D()")],
  ["attention, and targets for each step", writer],
];

const columnsFor = (text: string, most: number, next: () => number): Readonly<Record<string, readonly number[]>> =>
  text === writer
    ? { words: tokens(most, next), so_far: tokens(most, next), next: tokens(most, next) }
    : { words: tokens(most, next), kind: Array.from({ length: rows }, () => Math.floor(next() * 3)) };

/** The columns by the names that the program gives them. */
function named(text: string, columns: Readonly<Record<string, readonly number[]>>) {
  const fields = requestOf(text).dataset?.fields ?? [];
  return Object.fromEntries(
    fields.flatMap(({ name, columns: own }) => own.map((column) => [column.name, columns[name] ?? []] as const)),
  );
}

/** `npm test` takes the target that users get. */
const taken = executors.filter(({ name }) => everything || name === "wasm");
describe.each(taken.map((executor) => [executor.name, executor] as const))("on %s", (_, executor) => {
  test.each(programs)("%s", async (_name, text) => {
    const whole = await openTraining(text, rows, { executor });
    const short = await openTraining(text, rows, { executor });
    const paths = requestOf(text).model.weights.map(({ path }) => path);
    const next = numbers();
    const before = short.weight(paths.at(-1)!);
    for (let step = 0; step < 4; step++) {
      const length = lengths[step % 2]!;
      const columns = named(text, columnsFor(text, length, next));
      const [full] = whole.run("train_step", columns).get("loss")!;
      const [own] = short.run(`train_step_${length}`, columns).get("loss")!;
      expect(own).toBeCloseTo(full!, 5);
    }
    expect(short.weight(paths.at(-1)!)).not.toEqual(before);
    for (const path of paths) {
      const wanted = whole.weight(path);
      for (const [i, value] of short.weight(path).entries()) expect(value, path).toBeCloseTo(wanted[i]!, 4);
    }
    expect(short.run("metrics").get("accuracy")![0]).toBeCloseTo(whole.run("metrics").get("accuracy")![0]!, 5);
  });
});

describe("what buckets cost", () => {
  const text = reader("GRU(4)");
  const without = text.replace(/ {2}buckets.*\n/, "");
  const loops = (program: string) => schedule(toPrims(lower(requestOf(program))), { batch: 32 });

  test("is no memory but a loss for each", () => {
    const [own, plain] = [loops(text), loops(without)];
    expect(own.functions.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["train_step_2", "train_step_4", "train_step"]),
    );
    expect(own.arenaBytes - plain.arenaBytes).toBeLessThanOrEqual(lengths.length * 64);
  });

  test("is arithmetic of the short length alone", () => {
    const { functions } = loops(text);
    const turns = (name: string): readonly number[] =>
      (functions.find((one) => one.name === name)?.steps ?? []).flatMap((step) =>
        "turns" in step ? [step.turns] : [],
      );
    expect(new Set(turns("train_step_2"))).toEqual(new Set([2]));
    expect(new Set(turns("train_step"))).toEqual(new Set([6]));
  });
});

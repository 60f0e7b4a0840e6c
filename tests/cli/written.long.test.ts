// Models that write texts: `nnc predict` and `nnc evaluate` feed them what they have written so far.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { bleuCounter } from "../../src/runtime/core/bleu.ts";
import { readSafetensors } from "../../src/runtime/core/formats/safetensors.ts";
import { writingIn } from "../../src/runtime/core/writing.ts";
import { everything } from "../support/extent.ts";
import { metricOver } from "../support/metrics.ts";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const program = `const most = 6
dataset Numbers {
  source pairs("train.en", "train.de", test: "test.en", test_other: "test.de")
  input  english: token(8)[most] = words(first)
  input  so_far: token(9)[most] = words(second, start: true, end: true)
  target next: token(9)[most] = shift(second, 1)
}
model Count(english: token(8)[most], so_far: token(9)[most]) {
  let (read, state) = english -> Embedding(8, 8, mask_zero: true) -> GRU(24, return_sequences: true, return_state: true)
  let text = so_far -> Embedding(9, 8, mask_zero: true) -> GRU(24, return_sequences: true, initial_state: state)
  text + ((text, read) -> Attention()) -> Dense(9)
}
train Count on Numbers {
  loss      sparse_categorical_crossentropy(from_logits: true, ignore_class: 0)
  optimizer adam(0.02)
  epochs    8
  batch     8
}
`;
const english = ["one", "two", "three", "four", "five"];
const german = ["eins", "zwei", "drei", "vier", "fünf"];
/** Rows of 1 to 5 numbers, always the same. */
const numbers = (count: number, seed: number): readonly (readonly number[])[] => {
  let state = seed;
  const next = (below: number): number => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  return Array.from({ length: count }, () => Array.from({ length: 1 + next(5) }, () => next(5)));
};
const lines = (rows: readonly (readonly number[])[], words: readonly string[]): string =>
  rows.map((row) => `${row.map((one) => words[one]).join(" ")}\n`).join("");

interface Written {
  readonly source: string;
  readonly reference?: string;
  readonly generated: string;
}
const rowsIn = (stdout: string): readonly Written[] =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Written);

let cwd = "";
beforeAll(async () => {
  cwd = temporaryFolder();
  writeFileSync(join(cwd, "count.nn"), program);
  writeFileSync(join(cwd, "train.en"), lines(numbers(400, 1), english));
  writeFileSync(join(cwd, "train.de"), lines(numbers(400, 1), german));
  // A word that no training row has, and a reference that is longer than the model writes.
  writeFileSync(join(cwd, "test.en"), `${lines(numbers(19, 9), english)}one two\nfive\n`);
  writeFileSync(join(cwd, "test.de"), `${lines(numbers(19, 9), german)}eins zwo\n${"fünf ".repeat(9)}\n`);
  const { code, stderr } = await nnc(["train", "count.nn", "--save", "w.safetensors"], { cwd });
  expect({ code, stderr }).toMatchObject({ code: 0 });
});

const ask = (...args: readonly string[]) => nnc(args, { cwd });
const weights = ["--weights", "w.safetensors"];

describe.each(everything ? ["wasm", "js"] : ["wasm"])("target %s", (target) => {
  let rows: readonly Written[] = [];
  beforeAll(async () => {
    const { code, stdout, stderr } = await ask(
      ...["predict", "count.nn", ...weights, "--target", target, "--format", "jsonl"],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    rows = rowsIn(stdout);
  });

  test("a text goes on with what the model says when it is fed the same text", async () => {
    expect(rows.map(({ source }) => source)).toEqual(readFileSync(join(cwd, "test.en"), "utf8").trimEnd().split("\n"));
    const out = join(cwd, `trainer-${target}`);
    expect((await ask("compile", "count.nn", "--target", target, "-o", out)).code).toBe(0);
    const { createModel } = await import(/* @vite-ignore */ pathToFileURL(join(out, "train.js")).href);
    const bytes = readFileSync(join(cwd, "w.safetensors"));
    const model = createModel(0);
    model.load(bytes);
    const learned = JSON.parse(readSafetensors(bytes, "w").metadata.get("learned")!) as Record<string, string[]>;
    const vocabularies = Object.entries(learned);
    const wordsOf = (start: string): string[] => vocabularies.find(([name]) => name.startsWith(start))![1];
    const [read, write] = [wordsOf("first: "), wordsOf("second: ")];
    const tokens = (words: readonly string[], known: readonly string[]): number[] =>
      Array.from({ length: 6 }, (_, i) => (words[i] === undefined ? 0 : known.indexOf(words[i]) + 2));
    for (const { source, generated } of rows) {
      const words = generated === "" ? [] : generated.split(" ");
      const fed = tokens(["[start]", ...words], write);
      const { output } = model.predict({ english: tokens(source.split(" "), read), so_far: fed }, 1);
      const said = Array.from({ length: 6 }, (_, step) => {
        const numbers = Array.from(output.slice(step * 9, step * 9 + 9) as ArrayLike<number>);
        // Nothing writes what fills up, the mark of unknown words, or the start.
        const allowed = numbers.map((x, token) => (token < 3 || token >= write.length + 2 ? -Infinity : x));
        return write[allowed.indexOf(Math.max(...allowed)) - 2];
      });
      expect(said.slice(0, words.length)).toEqual(words);
      if (words.length < 6) expect(said[words.length]).toBe("[end]");
    }
    model.close();
    expect(new Set(rows.map(({ generated }) => generated)).size).toBeGreaterThan(10);
  });

  test("a small predictor writes the same texts, in one go and row by row", async () => {
    const name = `small-${target}`;
    const { code, stderr } = await ask(
      ...["compile", "count.nn", ...weights, "--predict", "--target", target, "--batch", "4", "-o", name],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { predict } = await import(/* @vite-ignore */ pathToFileURL(join(cwd, name, "predict.js")).href);
    const given = rows.map(({ source }) => ({ english: source }));
    const expected = rows.map(({ generated }) => ({ generated }));
    expect(predict(given)).toEqual(expected);
    expect(given.map((row) => predict(row))).toEqual(expected);
    expect(() => predict({ german: "eins" })).toThrow("predict: the row has no 'english'; it needs english");
    const types = readFileSync(join(cwd, name, "predict.d.ts"), "utf8");
    expect(types).toContain(`  readonly "english": string;\n}`);
    expect(types).toContain(`  readonly "generated": string;\n}`);
  });

  test("evaluate gives the BLEU of these texts against whole references", async () => {
    const { code, stdout } = await ask("evaluate", "count.nn", ...weights, "--target", target);
    expect(code).toBe(0);
    const counter = bleuCounter();
    for (const { generated, reference } of rows)
      counter.add(generated.split(/\s+/).filter(Boolean), reference!.split(/\s+/).filter(Boolean));
    expect(counter.score()).toBeGreaterThan(0.4);
    expect(counter.score()).toBeLessThan(1);
    const score = counter.score().toFixed(4);
    expect(stdout).toMatch(/^test loss [\d.]+\n/);
    expect(stdout).toContain(`test BLEU ${score} of 21 texts that the model wrote by itself\n`);
    const json = await ask("evaluate", "count.nn", ...weights, "--target", target, "--json");
    const event = JSON.parse(json.stdout.trimEnd().split("\n").at(-1)!);
    expect(event.written).toEqual({ texts: 21, bleu: counter.score() });
  });
});

test("a file of texts to translate needs no second texts, and answers as a table", async () => {
  const folder = join(cwd, "new");
  mkdirSync(folder);
  writeFileSync(join(folder, "new.en"), "two three\nfive\n");
  const { code, stdout, stderr } = await ask("predict", "count.nn", ...weights, "--input", "new/new.en");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^source,generated\ntwo three,[^,\n]+\nfive,[^,\n]+\n$/);
});

test("parts of words are written as words are", async () => {
  const parts = program
    .replaceAll("words(", "bpe(")
    .replaceAll(/token\([89]\)\[most\]/g, "token(290)[10]")
    .replaceAll(/Embedding\([89],/g, "Embedding(290,")
    .replace("Dense(9)", "Dense(290)");
  writeFileSync(join(cwd, "parts.nn"), parts);
  expect((await ask("train", "parts.nn", "--save", "parts.safetensors")).code).toBe(0);
  writeFileSync(join(cwd, "one.en"), "two three\nfive\n");
  const own = ["--weights", "parts.safetensors"];
  const { stdout } = await ask("predict", "parts.nn", ...own, "--input", "one.en");
  expect(stdout).toMatch(
    /^source,generated\ntwo three,(?:(?:eins|zwei|drei|vier|fünf) ?)+\nfive,(?:(?:eins|zwei|drei|vier|fünf) ?)+\n$/,
  );
  const evaluated = await ask("evaluate", "parts.nn", ...own);
  const [, score] = /test BLEU ([\d.]+) of 21 texts that the model wrote by itself/.exec(evaluated.stdout) ?? [];
  expect(Number(score)).toBeGreaterThan(0.1);
});

describe("a program writes texts where it says so", () => {
  const words = { output_mode: "int", ngrams: 1, split: "whitespace", standardize: "lower", start: true, end: true };
  type Options = Readonly<Record<string, unknown>>;
  const writing = (more: { soFar?: Options; target?: Options; from?: string; given?: boolean; shape?: number[] }) => {
    const column = (name: string, from: string, options: Options) =>
      ({ name, from: [from], dtype: "i32", shape: [6], encoder: { module: "textVectorization", options } }) as const;
    const options = { ...words, output_sequence_length: 6, shift: 1, ...more.target };
    return writingIn({
      inputs: [
        ...(more.given === false ? [] : [column("english", "first", words)]),
        column("so far", "second", { ...words, output_sequence_length: 6, ...more.soFar }),
      ],
      outputs: [{ name: "output", shape: more.shape ?? [6, 9] }],
      meanings: [
        {
          output: "output",
          name: "next",
          from: more.from ?? "second",
          encoder: { module: "textVectorization", options },
        },
      ],
    });
  };

  test("the words so far beside the next one", () => {
    expect(writing({})).toMatchObject({ text: "second", output: "output", steps: 6, classes: 9 });
    expect(writing({})?.given.map(({ name }) => name)).toEqual(["english"]);
    // A field for the words so far may be shorter or longer.
    expect(writing({ shape: [4, 9], target: { output_sequence_length: 4 } })?.steps).toBe(4);
  });

  test.each<[string, Parameters<typeof writing>[0]]>([
    ["texts of another column", { from: "first name" }],
    ["other words", { soFar: { standardize: "none" } }],
    ["no word to begin with", { soFar: { start: false }, target: { start: false } }],
    ["the same words", { target: { shift: 0 } }],
    ["words two places on", { target: { shift: 2 } }],
    ["counts of words", { soFar: { output_mode: "count" }, target: { output_mode: "count" } }],
    ["nothing else to read", { given: false }],
    ["one answer for a text", { shape: [9] }],
  ])("not with %s", (_, more) => {
    expect(writing(more)).toBeUndefined();
  });
});

test("the score is that of the metric over tokens", () => {
  const rows = (seed: number): number[][] =>
    Array.from({ length: 12 }, (_, i) => Array.from({ length: 9 }, (_, k) => (i * 5 + ((k * k * seed) % 7)) % 4));
  const [written, wanted] = [rows(3), rows(5)];
  const counter = bleuCounter();
  for (const [i, row] of written.entries()) counter.add(row.map(String), wanted[i]!.map(String));
  const column = (values: readonly number[][]) => ({ dtype: "i32", shape: [9], values: values.flat() }) as const;
  const [score] = metricOver("bleu", {}, [{ prediction: column(written), target: column(wanted) }]);
  expect(counter.score()).toBeCloseTo(score!, 6);
  expect(counter.score()).toBeGreaterThan(0.01);
});

test("no text, and no run of four words, count nothing", () => {
  const score = (written: string, reference: string): number => {
    const counter = bleuCounter();
    counter.add(written.split(" "), reference.split(" "));
    return counter.score();
  };
  expect(score("a b c", "a b c")).toBe(0);
  expect(score("x y z w", "a b c d")).toBe(0);
  expect(score("a b c d", "a b c d")).toBe(1);
  // An order without a match is as half a match; this one is of sacrebleu.
  expect(score("a b c d", "a b c e")).toBeCloseTo((3 / 4) ** 0.25 * (2 / 3) ** 0.25 * (1 / 2) ** 0.25 * 0.5 ** 0.25, 9);
});

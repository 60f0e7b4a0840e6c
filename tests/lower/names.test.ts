// No name that a user chooses clashes with one of the compiler's, or with another name of the program.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compiledModel } from "../support/compiledModel.ts";
import { amount } from "../support/extent.ts";
import { openTraining, requestOf } from "../support/training.ts";

const program = (model: string, input = "x", target = "y"): string => `
block A(x: f32[n]) { Dense(4, name: "b") }
block Scaled(x: f32[n]) {
  param kernel: f32[n] = ones
  x * kernel
}
dataset D {
  source digits(32, 8)
  input ${input}: f32[784] = pixels / 255 -> Flatten()
  target ${target}: class(10) = label
}
model M(${input}: f32[784]) {
${model}
}
train M on D {
  loss categorical_crossentropy
  optimizer adam()
  metrics accuracy, categorical_crossentropy
  batch 8
}`;

const paths = (model: string): readonly string[] => requestOf(program(model)).model.weights.map(({ path }) => path);

test.each([
  "seed",
  "step",
  "weights",
  "state",
  "loss",
  "total",
  "optimizer",
  "momentum",
  "samples",
  "memory",
  "total_steps",
])("a parameter called '%s'", async (name) => {
  const { run, weight } = await openTraining(
    program(`  param ${name}: f32[784] = ones\n  x * ${name}\n  Dense(10, softmax)`),
    8,
  );
  const batch = { pixels: new Array(8 * 784).fill(9), label: [0, 1, 2, 3, 4, 5, 6, 7] };
  run("train_step", batch);
  expect(weight(name)).toHaveLength(784);
  expect(weight(name)[0]).not.toBe(1);
  expect(run("metrics").get("loss")?.[0]).toBeGreaterThan(0);
});

test("two layers on one path are kept apart: 784 · 4 + 4, twice less the input of the second, and the head", () => {
  const { model } = requestOf(program('  A(name: "a")\n  Dense(4, name: "a/b")\n  Dense(10, softmax)'));
  expect(model.weights.map(({ path }) => path)).toEqual([
    "a/b/kernel",
    "a/b/bias",
    "a/b_1/kernel",
    "a/b_1/bias",
    "dense/kernel",
    "dense/bias",
  ]);
  const counts = model.weights.map(({ shape }) => shape.reduce<number>((count, size) => count * Number(size), 1));
  expect(counts.reduce((a, b) => a + b, 0)).toBe(3210);
});

test("a name before the block's, one of a weight, and an empty one", () => {
  expect(paths('  Dense(4, name: "a/b")\n  A(name: "a")\n  Dense(10, softmax, name: "a/b/kernel")')).toEqual([
    "a/b/kernel",
    "a/b/bias",
    "a/b_1/kernel",
    "a/b_1/bias",
    "a/b/kernel/kernel",
    "a/b/kernel/bias",
  ]);
  expect(() => paths('  param kernel: f32[784] = ones\n  x * kernel\n  Dense(10, softmax, name: "")')).toThrow(
    "name of Dense: it is empty",
  );
  expect(paths('  Scaled(name: "d")\n  Dense(10, softmax, name: "d")')).toEqual(["d/kernel", "d_1/kernel", "d_1/bias"]);
});

test("a shared block finds its layers again, whatever they are called", () => {
  const body = '  layer a = A()\n  Dense(784, name: "a/b")\n  (a + a) * 1\n  Dense(10, softmax)'.replace(
    "(a + a) * 1",
    "(_ -> a) + (x -> a)",
  );
  expect(paths(body)).toEqual(["a/b/kernel", "a/b/bias", "a/b_1/kernel", "a/b_1/bias", "dense/kernel", "dense/bias"]);
});

const words = ["__proto__", "loss", "class", "samples", "memory", "slots", "toString", "arguments", "default"];
const folder = mkdtempSync(join(tmpdir(), "nnc-names-"));
test.each(words.slice(0, amount(3, words.length)).flatMap((word) => [[word, "js"] as const, [word, "wasm"] as const]))(
  "inputs, outputs, targets and layers called '%s', on %s",
  async (word, target) => {
    const text = program(
      `  return { \`${word}\`: \`${word}\` -> Dense(10, softmax, name: "${word}") }`,
      `\`${word}\``,
      word === "loss" ? "output" : "loss",
    );
    const model = await compiledModel(text, target, `${folder}/${word}-${target}`);
    const made = model.predict(Object.fromEntries([[word, new Float32Array(784)]]), 1);
    expect(Object.entries(made).map(([name, values]) => [name, values.length])).toEqual([[word, 10]]);
    for (const names of [model.program.inputs, model.program.outputs]) expect(Object.keys(names)).toEqual([word]);
    expect([...model.weights().keys()]).toEqual([`${word}/kernel`, `${word}/bias`]);
    model.close();
  },
);

test.each(["js", "wasm"] as const)("an input that nothing reads is given and left alone, on %s", async (target) => {
  const text = `dataset D {
  source digits(64, 20)
  input a: f32[784] = pixels / 255 -> Flatten(), b: f32[784] = pixels / 128 -> Flatten()
  target y: class(10) = label
}
model M(a: f32[784], b: f32[784]) { a -> Dense(10, softmax) }
train M on D {
  loss categorical_crossentropy
  optimizer sgd(0.1)
}`;
  const model = await compiledModel(text, target, `${folder}/unused-${target}`);
  const { output } = model.predict({ a: new Float32Array(784), b: new Float32Array(784) }, 1);
  expect(Array.from(output!).map((value) => value.toFixed(6))).toEqual(new Array(10).fill("0.100000"));
  model.close();
});

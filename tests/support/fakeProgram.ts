// A program small enough to know by heart: logistic regression of `label` (2 classes) on two pixels, by gradient descent.
// It is imported by tests and, as text, becomes part of trainers that tests run as processes.

import type { Manifest, Program } from "../../src/runtime/core/program.ts";

export interface FakeChoices {
  readonly source?: Manifest["source"];
  readonly columns?: Manifest["columns"];
  readonly split?: Manifest["split"];
  readonly batch?: number;
  readonly epochs?: number;
  readonly rate?: number;
  /** Milliseconds that each step takes. */
  readonly delay?: number;
}

export function createFakeProgram(choices: FakeChoices = {}): Program {
  const batch = choices.batch ?? 4;
  const rate = choices.rate ?? 0.5;
  const columns = choices.columns ?? [
    { name: "pixels", dtype: "u8", shape: [2] },
    { name: "label", dtype: "i32", shape: [], classes: 2 },
  ];
  const elements = columns[0]!.shape.reduce((a, b) => a * b, 1);
  const pixels = new Uint8Array(batch * elements);
  const label = columns[1]!.dtype === "u8" ? new Uint8Array(batch) : new Int32Array(batch);
  const inputs = { pixels: new Float32Array(batch * elements) };
  const outputs = { output: new Float32Array(batch) };
  const kernel = new Float32Array(elements);
  const mean = new Float32Array(1);
  const steps = new Int32Array(1);
  let loss = 0;
  let right = 0;
  let seen = 0;
  const score = (values: ArrayLike<number>, i: number, scale: number): number => {
    let sum = 0;
    for (let e = 0; e < elements; e++) sum += values[i * elements + e]! * scale * kernel[e]!;
    return 1 / (1 + Math.exp(-sum));
  };
  const measure = (n: number): number => {
    let total = 0;
    for (let i = 0; i < n; i++) {
      const p = score(pixels, i, 1 / 255);
      total -= Math.log(Math.max(label[i] === 1 ? p : 1 - p, 1e-7));
      right += p > 0.5 === (label[i] === 1) ? 1 : 0;
    }
    loss += total;
    seen += n;
    return total / n;
  };
  return {
    manifest: {
      file: "fake.nn",
      model: "Fake",
      dataset: "Dots",
      target: "js",
      threads: false,
      strictMath: false,
      winograd: false,
      source: choices.source ?? { name: "digits", options: { train: 8, test: 4 } },
      columns,
      inputs: [{ name: "pixels", dtype: "f32", shape: columns[0]!.shape }],
      outputs: [{ name: "output", shape: [] }],
      metrics: ["loss", "accuracy"],
      split: choices.split ?? { train: 1, validation: 0, test: 0, order: "random" },
      batch,
      epochs: choices.epochs ?? 2,
      seed: 0,
      parameters: elements,
    },
    memoryBytes: 64,
    threads: 1,
    slots: [
      { name: "dense/kernel", shape: [elements, 1], role: "weight", values: kernel },
      { name: "normalization/mean", shape: [1], role: "state", values: mean },
      { name: "optimizer/step", shape: [], role: "counter", values: steps },
    ],
    columns: { pixels, label },
    inputs,
    outputs,
    initialize(seed) {
      kernel.fill(0.01 * (seed + 1));
      mean.fill(0);
      steps.fill(0);
    },
    trainStep(n, meanwhile) {
      const until = performance.now() + (choices.delay ?? 0);
      while (performance.now() < until);
      const before = measure(n);
      for (let i = 0; i < n; i++) {
        const error = score(pixels, i, 1 / 255) - label[i]!;
        for (let e = 0; e < elements; e++) {
          kernel[e] = kernel[e]! - (rate * error * pixels[i * elements + e]!) / 255 / n;
        }
      }
      steps[0] = steps[0]! + 1;
      meanwhile?.();
      return before;
    },
    evaluateStep(n) {
      measure(n);
    },
    predict(n) {
      for (let i = 0; i < n; i++) outputs.output[i] = score(inputs.pixels, i, 1);
    },
    resetMetrics() {
      loss = 0;
      right = 0;
      seen = 0;
    },
    metrics: () => [loss / seen, right / seen],
    close() {},
  };
}

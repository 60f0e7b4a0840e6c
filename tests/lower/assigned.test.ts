// Weights that layers replace in training: what optimizers, penalties and other steps see of them.

import { expect, test } from "vitest";
import { wasmExecutor } from "../../src/conformance/compiledExecutor.ts";
import { passesExecutor } from "../../src/conformance/executor.ts";
import { openTraining } from "../support/training.ts";

const program = (training: string): string => `
dataset D {
  source idx("images", "labels", shape: [1, 2, 1], classes: 2)
  input x: f32[2] = pixels -> Flatten()
  target y: class(2) = label
}
model M(x: f32[2]) {
  layer sn = SpectralNormalization(
    Dense(2, kernel_initializer: identity(gain: 3), kernel_regularizer: l2(0.1)), power_iterations: 40)
  let a = x -> sn
  let b = (x * 2 + 1) -> sn
  concat(a, b) -> Dense(2, softmax, kernel_initializer: identity, name: "head")
}
train M on D {
  loss categorical_crossentropy
  ${training}
}`;
const batch = { pixels: [0, 1, 2, 5, 1, 0], label: [0, 1, 0] };

test("three steps of Keras through a SpectralNormalization with two uses", async () => {
  for (const executor of [passesExecutor, wasmExecutor]) {
    const text = program("optimizer sgd(0.5, momentum: 0.9)");
    const { run, weight } = await openTraining(text, 3, { executor });
    for (let step = 0; step < 3; step++) run("train_step", batch);
    // Keras 3.15.1 on TensorFlow in f64.
    const expected = [0.134064, 1.697331, -0.483288, 4.371945];
    for (const [i, value] of weight("sn/dense/kernel").entries()) expect(value).toBeCloseTo(expected[i]!, 4);
    expect(run("evaluate", batch).get("loss")?.[0]).toBeCloseTo(41.59432, 2);
  }
});

test("what no step trains is replaced, too", async () => {
  const { run, weight } = await openTraining(program("optimizer sgd(0.5)\n  weights head"), 3);
  run("train_step", batch);
  expect(weight("sn/dense/kernel").map((value) => Math.round(value * 1e9))).toEqual([1e9, 0, 0, 1e9]);
  expect(weight("sn/dense/bias")).toEqual([0, 0]);
});

test("a later step replaces what an earlier one has trained", async () => {
  const steps = `step first { loss categorical_crossentropy(target, prediction), optimizer sgd(0.5), weights sn }
  step second { loss categorical_crossentropy(target, prediction), optimizer sgd(0.5), weights head }`;
  const text = program("").replace("  loss categorical_crossentropy\n", `  ${steps}\n`);
  for (const executor of [undefined, passesExecutor, wasmExecutor]) {
    const { run, weight } = await openTraining(text, 3, executor === undefined ? {} : { executor });
    run("train_step", batch);
    const [a = 0, b = 0, c = 0, d = 0] = weight("sn/dense/kernel");
    // The largest singular value is 1: its square is the larger root of the characteristic polynomial.
    const [trace, root] = [a * a + b * b + c * c + d * d, (a * d - b * c) ** 2];
    expect((trace + Math.sqrt(trace ** 2 - 4 * root)) / 2).toBeCloseTo(1, 5);
    expect(weight("sn/dense/bias")).not.toEqual([0, 0]);
  }
});

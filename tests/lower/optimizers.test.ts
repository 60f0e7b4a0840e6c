// Optimizers and schedules on a model of one weight, and trainings with nothing to train. The expected weights are those
// of Keras 3.15.1 in f64 after three steps of y = w · x from w = 1, on x = 1, 2 and y = 3, 1 with the mean squared error.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsExecutor, wasmExecutor } from "../../src/conformance/compiledExecutor.ts";
import { passesExecutor } from "../../src/conformance/executor.ts";
import { allRows } from "../../src/runtime/core/dataset.ts";
import { compiledModel } from "../support/compiledModel.ts";
import { openTraining } from "../support/training.ts";

const program = (body: string, optimizer: string): string => `
dataset D {
  source idx("images", "labels", shape: [1, 1, 1], classes: 4)
  input x: f32[1] = pixels -> Flatten()
  target y: f32[1] = label
}
model M(x: f32[1]) { ${body} }
train M on D {
  loss mse
  optimizer ${optimizer}
  metrics mae
  batch 2
}`;
const columns = { pixels: [1, 2], label: [3, 1] };
const weight = 'Dense(1, use_bias: false, kernel_initializer: ones, name: "d")';

describe.each([passesExecutor, jsExecutor, wasmExecutor])("$name", (executor) => {
  test.each<[string, number]>([
    ["sgd(0.1)", 1.0],
    ["sgd(0.1, momentum: 0.9)", 1.0],
    ["sgd(0.1, momentum: 0.9, nesterov: true)", 1.0],
    ["sgd(0.1, weight_decay: 0.1)", 0.982699],
    ["sgd(0.1, clipnorm: 0.5)", 1.0],
    ["sgd(0.1, global_clipnorm: 0.5)", 1.0],
    ["sgd(0.1, clipvalue: 0.25)", 1.0],
    ["adam(0.1)", 1.0],
    ["adam(0.1, amsgrad: true)", 1.0],
    ["adamw(0.1)", 1.0094999],
    ["adamax(0.1)", 1.0],
    ["adagrad(0.1)", 1.0],
    ["adadelta(0.1)", 1.0],
    ["rmsprop(0.1)", 1.0],
    ["rmsprop(0.1, centered: true, momentum: 0.5)", 1.0],
    ["lion(0.1)", 1.0],
    ["sgd(exponential_decay(0.1, decay_steps: 2, decay_rate: 0.5))", 1.0],
    ["sgd(exponential_decay(0.1, decay_steps: 2, decay_rate: 0.5, staircase: true))", 1.0],
    ["sgd(cosine_decay(0.1, decay_steps: 2))", 1.0],
    ["sgd(piecewise_constant_decay([0, 1], [0.1, 0.05, 0.01]))", 1.0],
    ["sgd(polynomial_decay(0.1, decay_steps: 2, end_learning_rate: 0.01, power: 2))", 1.0],
    ["sgd(inverse_time_decay(0.1, decay_steps: 1, decay_rate: 0.5))", 1.0],
  ])("%s", async (optimizer, expected) => {
    const training = await openTraining(program(weight, optimizer), 2, { executor });
    for (let step = 0; step < 3; step++) training.run("train_step", columns);
    expect(training.weight("d/kernel")[0]).toBeCloseTo(expected, 5);
  });

  test.each(["adam()", "sgd(0.1, momentum: 0.9, global_clipnorm: 1)", "adamw(cosine_decay(0.1, decay_steps: 10))"])(
    "%s with nothing to train: the loss is measured, and frozen weights stay",
    async (optimizer) => {
      const none = await openTraining(program("x * 1", optimizer), 2, { executor });
      expect(none.run("train_step", columns).get("loss")).toEqual([2.5]);
      const frozen = await openTraining(program(weight.replace(")", ", trainable: false)"), optimizer), 2, {
        executor,
      });
      expect(frozen.run("train_step", columns).get("loss")).toEqual([2.5]);
      expect(frozen.run("train_step", columns).get("loss")).toEqual([2.5]);
      expect(frozen.weight("d/kernel")).toEqual([1]);
      expect(frozen.run("metrics").get("mean_absolute_error")).toEqual([1.5]);
    },
  );
});

test.each(["js", "wasm"] as const)("a schedule without steps spans the training, on %s", async (target) => {
  const rows = allRows({
    count: 5,
    columns: { pixels: Uint8Array.of(1, 2, 1, 3, 2), label: Uint8Array.of(3, 1, 0, 2, 1) },
  });
  const folder = mkdtempSync(join(tmpdir(), "nnc-schedule-"));
  const trained = async (steps: string): Promise<number> => {
    const schedule = `polynomial_decay(0.1, end_learning_rate: 0${steps})`;
    const text = program(weight, `sgd(${schedule})`).replace("batch 2", "batch 2\n  epochs 3");
    const model = await compiledModel(text, target, join(folder, `${target}${steps.length}`));
    await model.train({ train: rows });
    const value = model.weights().get("d/kernel")?.values[0] ?? Number.NaN;
    model.close();
    return value;
  };
  // Three epochs of three batches, each with a rate of its own.
  expect(await trained("")).toBe(await trained(", decay_steps: 9"));
});

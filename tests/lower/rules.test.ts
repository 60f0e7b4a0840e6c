// Regularizers and constraints of weights, and penalties on results. Expected numbers are those of Keras 3.15 in float64
// with the same weights and data.

import { expect, test } from "vitest";
import { executors } from "../../src/conformance/executors.ts";
import { ruleOptions } from "../../src/ops/governed.ts";
import { findLayer, namesOf } from "../../src/ops/registry.ts";
import { openTraining } from "../support/training.ts";

const text = `
dataset D {
  source idx("images", "labels", shape: [1, 3, 1], classes: 3)
  input x: f32[2] = pixels -> Cropping2D([[0, 0], [0, 1]]) -> Flatten()
  target y: f32[1] = pixels -> Cropping2D([[0, 0], [2, 0]]) -> Flatten()
}
model M(x: f32[2]) {
  Dense(
    2, tanh, kernel_initializer: identity(0.5), kernel_regularizer: l1_l2(0.1, 0.2), bias_regularizer: l2(0.3),
    activity_regularizer: l2(0.05), kernel_constraint: max_norm(0.4)
  )
  ActivityRegularization(l1: 0.02, l2: 0.03)
  BatchNormalization(gamma_regularizer: l1(0.1), beta_constraint: non_neg)
  Dense(
    2, kernel_initializer: identity(0.7), kernel_constraint: min_max_norm(0.2, 0.3, rate: 0.7),
    kernel_regularizer: orthogonal_regularizer(0.1, mode: columns)
  )
  Dense(1, kernel_initializer: constant(0.3), kernel_constraint: unit_norm)
}
train M on D {
  loss mse
  optimizer sgd(0.2)
  batch 4
}`;
const columns = { pixels: [0, 1, 3, 2, 1, 1, 1, 3, 2, 2, 2, 0] };

const keras = {
  losses: [4.652536517015445, 1.7179140115631146, 0.8531869772440039],
  evaluated: 1.397962082413562,
  weights: {
    "dense/kernel": [0.26984316898782673, -0.3327900758206067, -0.03139984349370864, 0.0406893603559029],
    "dense/bias": [-0.028433206774720797, -0.01289351031504694],
    "batch_normalization/gamma": [0.9454118188749633, 0.9717952980109887],
    "batch_normalization/beta": [0.04036993476992371, 0.2590805743518425],
    "batch_normalization/moving_mean": [0.012897765792957667, 0.0049743781284217765],
    "batch_normalization/moving_variance": [0.9726007082187824, 0.9722366239309708],
    "dense_1/kernel": [0.3334677705534395, -0.18024504158063978, -0.03355653568414665, 0.3481120199076514],
    "dense_1/bias": [0.039938665149675326, 0.508853684704646],
    "dense_2/kernel": [-0.38516001518689313, 0.9228497092046204],
    "dense_2/bias": [0.9574505576664613],
  },
};

test.each(executors.map((executor) => [executor.name, executor] as const))("on %s", async (_, executor) => {
  const training = await openTraining(text, 4, { executor });
  for (const wanted of keras.losses) expect(training.run("train_step", columns).get("loss")![0]).toBeCloseTo(wanted, 4);
  expect(training.run("evaluate", columns).get("loss")![0]).toBeCloseTo(keras.evaluated, 4);
  for (const [path, wanted] of Object.entries(keras.weights))
    for (const [i, value] of training.weight(path).entries()) expect(value, path).toBeCloseTo(wanted[i]!, 4);
});

test("a layer has a regularizer and a constraint wherever it has an initializer, but for statistics", () => {
  const rules = (name: string): readonly string[] => Object.keys(ruleOptions(findLayer(name)!)).sort();
  expect(rules("BatchNormalization")).toEqual([
    "activity_regularizer",
    "beta_constraint",
    "beta_regularizer",
    "gamma_constraint",
    "gamma_regularizer",
  ]);
  expect(rules("SeparableConv2D").filter((name) => name.endsWith("regularizer"))).toEqual([
    "activity_regularizer",
    "bias_regularizer",
    "depthwise_regularizer",
    "pointwise_regularizer",
  ]);
  // What ActivityRegularization adds stands in its own options.
  for (const name of namesOf("layer").filter((one) => one !== "ActivityRegularization"))
    expect(rules(name)).toContain("activity_regularizer");
  expect(rules("ActivityRegularization")).toEqual([]);
});

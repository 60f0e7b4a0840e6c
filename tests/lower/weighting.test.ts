// Weights of samples and classes in losses and metrics. Expected numbers are those of Keras 3.15 on TensorFlow.

import { expect, test } from "vitest";
import { executors } from "../../src/conformance/executors.ts";
import { openTraining } from "../support/training.ts";

const program = (fields: string, clauses: string): string => `
dataset D {
  source idx("images", "labels", shape: [1, 3, 1], classes: 3)
  input x: f32[2] = pixels -> Cropping2D([[0, 0], [0, 1]]) -> Flatten()
  target y: class(3) = label
  ${fields}
}
model M(x: f32[2]) { Dense(3, softmax, kernel_initializer: identity(0.7)) }
train M on D {
  loss categorical_crossentropy
  metrics accuracy
  weighted_metrics accuracy
  optimizer sgd(0.5)
  batch 4
  ${clauses}
}`;
const columns = { pixels: [0, 1, 3, 2, 1, 1, 1, 3, 2, 2, 2, 0], label: [0, 1, 2, 1] };
const field = "weight w: f32 = pixels -> Cropping2D([[0, 0], [2, 0]]) -> Reshape([])";

test.each(
  executors.flatMap((executor) => [
    {
      name: `a field, on ${executor.name}`,
      executor,
      text: program(field, ""),
      losses: [2.5632829666137695, 1.607715129852295],
      weighted: 0.3333333432674408,
      kernel: [0.33325839042663574, 0.19870805740356445, 0.16803348064422607],
    },
    {
      name: `classes as rows, on ${executor.name}`,
      executor,
      text: program("", "class_weight { 0: 3, 2: 50% }").replace("class(3) = label", "f32[3] = one_hot(label, 3)"),
      losses: [1.860342264175415, 1.5101096630096436],
      weighted: 0.1818181872367859,
      kernel: [0.23083427548408508, 0.47965890169143677, -0.010493220761418343],
    },
    {
      name: `classes, on ${executor.name}`,
      executor,
      text: program("", "class_weight { 0: 3, 2: 50% }"),
      losses: [1.860342264175415, 1.5101096630096436],
      weighted: 0.1818181872367859,
      kernel: [0.23083427548408508, 0.47965890169143677, -0.010493220761418343],
    },
  ]),
)("$name", async ({ executor, text, losses, weighted, kernel }) => {
  const training = await openTraining(text, 4, { executor });
  expect(training.run("train_step", columns).get("loss")![0]).toBeCloseTo(losses[0]!, 5);
  const before = training.run("metrics");
  expect([...before.keys()]).toEqual(["loss", "accuracy", "weighted_accuracy"]);
  expect([...before.values()].flat().slice(1)).toEqual([0, 0]);
  expect(training.run("evaluate", columns).get("loss")![0]).toBeCloseTo(losses[1]!, 5);
  training.run("train_step", columns);
  // The sums hold three passes by now: none, one and one of four right.
  const after = training.run("metrics");
  expect(after.get("accuracy")![0]).toBeCloseTo((0 + 0.25 + 0.25) / 3, 5);
  expect(after.get("weighted_accuracy")![0]).toBeCloseTo((2 * weighted) / 3, 5);
  for (const [i, value] of training.weight("dense/kernel").slice(0, 3).entries())
    expect(value).toBeCloseTo(kernel[i]!, 5);
});

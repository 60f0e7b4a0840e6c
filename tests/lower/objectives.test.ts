// Several outputs, losses and their weights, and losses as expressions. Expected numbers are those of Keras 3.15 on
// TensorFlow with the same weights and data.

import { describe, expect, test } from "vitest";
import { executors } from "../../src/conformance/executors.ts";
import { openTraining } from "../support/training.ts";

const program = (clauses: string): string => `
dataset Houses {
  source idx("images", "labels", shape: [1, 3, 1], classes: 3)
  input x: f32[2] = pixels -> Cropping2D([[0, 0], [0, 1]]) -> Flatten()
  target price: f32[1] = pixels -> Cropping2D([[0, 0], [2, 0]]) -> Flatten()
  target sold: class(3) = label
}
model Appraiser(x: f32[2]) {
  let h = x -> Dense(2, tanh, kernel_initializer: identity(0.5))
  return {
    price: h -> Dense(1, kernel_initializer: constant(0.3), name: "price")
    sold: h -> Dense(3, softmax, kernel_initializer: identity(0.7), name: "sold")
  }
}
train Appraiser on Houses {
  ${clauses}
  optimizer sgd(0.5)
  batch 4
}`;

const columns = { pixels: [0, 1, 3, 2, 1, 1, 1, 3, 2, 2, 2, 0], label: [0, 1, 2, 1] };

async function trained(clauses: string, executor: (typeof executors)[number]) {
  const training = await openTraining(program(clauses), 4, { executor });
  const losses = [1, 2, 3].map(() => training.run("train_step", columns).get("loss")![0]!);
  return { losses, kernel: training.weight("dense/kernel"), training };
}

const keras = {
  losses: [3.1838529109954834, 2.8097779750823975, 4.569696426391602],
  kernel: [0.481160432100296, -0.13431000709533691, 0.23964884877204895, 0.6741692423820496],
};

describe.each(executors.map((executor) => [executor.name, executor] as const))("on %s", (_, executor) => {
  test.each([
    ["by name", "loss { price: mse, sold: 0.3 * categorical_crossentropy }"],
    ["with the weight behind", "loss { sold: categorical_crossentropy() * 30%, price: mse }"],
    [
      "as one expression",
      "loss mse(target.price, prediction.price) + 0.3 * categorical_crossentropy(target.sold, prediction.sold)",
    ],
    [
      "as an expression of an output",
      "loss { price: (prediction - target) ** 2, sold: 0.3 * categorical_crossentropy }",
    ],
  ])("losses %s", async (_, loss) => {
    const { losses, kernel } = await trained(loss, executor);
    for (const [i, value] of losses.entries()) expect(value).toBeCloseTo(keras.losses[i]!, 4);
    for (const [i, value] of kernel.entries()) expect(value).toBeCloseTo(keras.kernel[i]!, 4);
  });
});

test.each(executors.map((executor) => [executor.name, executor] as const))(
  "an expression reads rows of one number where a target has the type f32[1] and its column single numbers: %s",
  async (_, executor) => {
    const text = `
dataset Data {
  source idx("images", "labels", shape: [1, 1, 1], classes: 3)
  input x: f32[1] = pixels -> Flatten()
  target y: f32[1] = label / 2
}
model Net(x: f32[1]) { Dense(1, kernel_initializer: ones) }
train Net on Data {
  loss sum(target @ ones([1, 2]) - prediction)
  optimizer sgd(0.5)
  batch 2
}`;
    const training = await openTraining(text, 2, { executor });
    // By hand: 2 * (y - x) of each sample, and the mean of these.
    expect(training.run("train_step", { pixels: [3, 1], label: [1, 2] }).get("loss")![0]).toBeCloseTo(-2.5, 5);
  },
);

test("each loss and metric is reported by the name of its output", async () => {
  const clauses =
    "loss { price: mse, sold: 0.3 * categorical_crossentropy }\n  metrics { price: [mae], sold: accuracy }";
  const training = await openTraining(program(clauses), 4);
  training.run("train_step", columns);
  const metrics = training.run("metrics");
  expect([...metrics.keys()]).toEqual([
    "loss",
    "price_loss",
    "sold_loss",
    "price_mean_absolute_error",
    "sold_accuracy",
  ]);
  const wanted = [3.1838529109954834, 2.8310728073120117, 1.1759337186813354, 1.3852571249008179, 0];
  for (const [i, value] of [...metrics.values()].flat().entries()) expect(value).toBeCloseTo(wanted[i]!, 5);
  expect([...training.run("predict", { x: [0, 1, 2, 1, 1, 3, 2, 2] }).keys()]).toEqual(["price", "sold"]);
});

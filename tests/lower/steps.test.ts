// Steps that train two groups of weights in turn, groups with optimizers of their own, and fields of noise. Expected
// numbers are those of Keras 3.15 on TensorFlow in a loop of its own, with the same weights and data.

import { describe, expect, test } from "vitest";
import { executors } from "../../src/conformance/executors.ts";
import { openTraining } from "../support/training.ts";

const blocks = `
block Critic(x: f32[n]) {
  Dense(2, tanh, kernel_initializer: identity(0.5))
  BatchNormalization()
  Dense(1, kernel_initializer: constant(0.3))
}
block Generator(z: f32[n]) { Dense(2, kernel_initializer: constant(0.4)) }
`;

const program = (steps: string): string => `${blocks}
dataset Pairs {
  source idx("images", "labels", shape: [1, 3, 1], classes: 3)
  input x: f32[2] = pixels -> Cropping2D([[0, 0], [0, 1]]) -> Flatten()
  input z: f32[1] = pixels -> Cropping2D([[0, 0], [2, 0]]) -> Flatten()
}
model Gan(x: f32[2], z: f32[1]) {
  layer generator = Generator()
  layer critic = Critic()
  let picture = z -> generator
  return { real: x -> critic, fake: picture -> critic, picture: picture }
}
train Gan on Pairs {
  ${steps}
  batch 4
}`;

const columns = { pixels: [0, 1, 3, 2, 1, 1, 1, 3, 2, 2, 2, 0] };
const inTurn = `step critic { loss softplus(-real) + softplus(fake), optimizer sgd(0.1), weights critic }
  step generator { loss softplus(-fake), optimizer sgd(0.5), weights generator }`;

const keras = {
  losses: [
    1.4567201137542725 + 0.7294502258300781,
    1.4451930522918701 + 0.7239872217178345,
    1.435807466506958 + 0.7194383144378662,
  ],
  weights: {
    "critic/dense/kernel": [0.4977358877658844, -0.01614118553698063, -0.011574702337384224, 0.49846404790878296],
    "critic/batch_normalization/gamma": [0.9823227524757385, 0.9823381900787354],
    "critic/batch_normalization/moving_mean": [0.029891127720475197, 0.03421502560377121],
    "critic/dense_1/kernel": [0.2370263636112213, 0.2370859831571579],
    "generator/dense/kernel": [0.39770933985710144, 0.39764848351478577],
    "generator/dense/bias": [0.00029955978970974684, 0.0003023180179297924],
  },
};

describe.each(executors.map((executor) => [executor.name, executor] as const))("on %s", (_, executor) => {
  test("the second step sees what the first has made of the weights, and statistics count each use", async () => {
    const training = await openTraining(program(inTurn), 4, { executor });
    for (const wanted of keras.losses)
      expect(training.run("train_step", columns).get("loss")![0]).toBeCloseTo(wanted, 4);
    for (const [path, wanted] of Object.entries(keras.weights))
      for (const [i, value] of training.weight(path).entries()) expect(value, path).toBeCloseTo(wanted[i]!, 4);
  });

  test("noise is new in each step, and the same in each evaluation", async () => {
    const text = program(inTurn).replace(
      "input z: f32[1] = pixels -> Cropping2D([[0, 0], [2, 0]]) -> Flatten()",
      "input z: f32[1] = random_normal()",
    );
    const training = await openTraining(text, 4, { executor });
    const evaluated = (): number => training.run("evaluate", columns).get("loss")![0]!;
    expect(evaluated()).toBe(evaluated());
    const losses = [1, 2, 3].map(() => training.run("train_step", columns).get("loss")![0]!);
    expect(new Set(losses.map((loss) => loss.toFixed(6))).size).toBe(3);
  });
});

test("each step reports its loss by its name", async () => {
  const training = await openTraining(program(inTurn), 4);
  training.run("train_step", columns);
  const metrics = training.run("metrics");
  expect([...metrics.keys()]).toEqual(["loss", "critic_loss", "generator_loss"]);
  expect(metrics.get("critic_loss")![0]).toBeCloseTo(1.4567201137542725, 5);
  expect(metrics.get("generator_loss")![0]).toBeCloseTo(0.7294502258300781, 5);
});

test("optimizers by layer train as the same optimizer alone, at their own rates", async () => {
  const one = (optimizer: string): string => program(`loss softplus(-real) + softplus(fake)\n  optimizer ${optimizer}`);
  const run = async (text: string) => {
    const training = await openTraining(text, 4);
    training.run("train_step", columns);
    return (path: string) => training.weight(path);
  };
  const start = (await openTraining(one("sgd(0.1)"), 4)).weight;
  const [whole, grouped, still] = await Promise.all([
    run(one("sgd(0.1)")),
    run(one("{ critic: sgd(0.1), rest: sgd(0.2) }")),
    run(one("sgd(0.1)\n  weights critic")),
  ]);
  const [kernel, own] = ["critic/dense/kernel", "generator/dense/kernel"];
  for (const of of [grouped, still]) expect(of(kernel)).toEqual(whole(kernel));
  expect(still(own)).toEqual(start(own));
  for (const [i, value] of grouped(own).entries()) {
    const before = start(own)[i]!;
    expect(value - before).toBeCloseTo(2 * (whole(own)[i]! - before), 6);
  }
});

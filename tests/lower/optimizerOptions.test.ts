// The options of every optimizer that need more than one step, a name or the end of a training.

import { expect, test } from "vitest";
import { executors } from "../../src/conformance/executors.ts";
import { openTraining } from "../support/training.ts";

const program = (optimizer: string): string => `
dataset D {
  source idx("images", "labels", shape: [1, 2, 1], classes: 2)
  input x: f32[2] = pixels -> Flatten()
  target y: class(2) = label
}
model M(x: f32[2]) { Dense(2, softmax, bias_initializer: ones, kernel_initializer: identity) }
train M on D {
  loss categorical_crossentropy
  optimizer ${optimizer}
  batch 2
}`;
const columns = { pixels: [0, 1, 2, 2], label: [0, 1] };
const engines = executors.map((executor) => [executor.name, executor] as const);

async function trained(optimizer: string, steps: number, executor = executors[0]!) {
  const training = await openTraining(program(optimizer), 2, { executor });
  const kernels = Array.from({ length: steps }, () => {
    training.run("train_step", columns);
    return training.weight("dense/kernel");
  });
  return { training, kernels };
}

test.each(engines)("at the end of a training, averages replace the weights, on %s", async (_, executor) => {
  const { training, kernels } = await trained("sgd(0.5, use_ema: true, ema_momentum: 0.75)", 3, executor);
  const [first, second, third] = kernels;
  const average = first!.map((one, i) => (one * 0.75 + second![i]! * 0.25) * 0.75 + third![i]! * 0.25);
  expect(training.weight("dense/kernel")).toEqual(third);
  training.run("finalize");
  for (const [i, value] of training.weight("dense/kernel").entries()) expect(value).toBeCloseTo(average[i]!, 5);
});

test.each(engines)("accumulated gradients change weights in every second step, on %s", async (_, executor) => {
  const one = await trained("sgd(0.5)", 1, executor);
  const { kernels } = await trained("sgd(0.5, gradient_accumulation_steps: 2)", 2, executor);
  expect(kernels[0]).toEqual([1, 0, 0, 1]);
  // Both steps see the same weights, so the mean of their gradients is the first gradient.
  for (const [i, value] of kernels[1]!.entries()) expect(value).toBeCloseTo(one.kernels[0]![i]!, 5);
});

test("weights whose paths hold a text do not decay", async () => {
  const decayed = await trained("sgd(0.1, weight_decay: 0.5)", 1);
  const plain = await trained("sgd(0.1)", 1);
  const some = await trained('sgd(0.1, weight_decay: 0.5, exclude_from_weight_decay: ["bias"])', 1);
  const bias = ({ training }: typeof plain) => training.weight("dense/bias");
  expect(some.kernels).toEqual(decayed.kernels);
  expect(bias(some)).toEqual(bias(plain));
  expect(bias(decayed)[0]).toBeCloseTo(bias(plain)[0]! - 0.05, 6);
});

// Target `js` rounds to f32 where a value has a buffer, and with a scale others have one.
test.each(engines)(
  "a loss scale that is a power of 2 leaves the weights as they are, on %s",
  async (name, executor) => {
    const plain = await trained("sgd(0.5, clipnorm: 0.3)", 2, executor);
    const scaled = await trained("sgd(0.5, clipnorm: 0.3, loss_scale: 1024, dynamic_growth_steps: 1)", 2, executor);
    if (name !== "js") expect(scaled.kernels).toEqual(plain.kernels);
    for (const [step, kernel] of plain.kernels.entries())
      for (const [i, value] of kernel.entries()) expect(scaled.kernels[step]![i]).toBeCloseTo(value, 7);
  },
);

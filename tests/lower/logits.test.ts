// Metrics of probabilities read logits where the loss takes the output as logits.

import { expect, test } from "vitest";
import { openTraining } from "../support/training.ts";

const program = (units: number, loss: string, metrics: string, classes: number): string => `
dataset D {
  source idx("images", "labels", shape: [2, 2, 1], classes: ${classes})
  input x: f32[2, 2, 1] = pixels
  target y: class(${classes}) = label
}
model M(x: f32[2, 2, 1]) { Flatten() -> Dense(${units}, kernel_initializer: random_normal(stddev: 0.5)) }
train M on D {
  loss ${loss}
  optimizer sgd(0.1)
  metrics ${metrics}
  batch 4
}`;

const columns = { pixels: [0, 3, 1, 2, 5, 1, 1, 2, 0, 4, 0, 7, 2, 1, 9, 1], label: [0, 1, 1, 0] };

test.each([
  [
    program(3, "categorical_crossentropy(from_logits: true)", "categorical_crossentropy, perplexity", 3),
    "categorical_crossentropy",
  ],
  [program(1, "binary_crossentropy(from_logits: true)", "binary_crossentropy", 2), "binary_crossentropy"],
])("the metric of %# is the loss", async (text, name) => {
  const training = await openTraining(text, 4);
  const { loss } = Object.fromEntries(training.run("evaluate", columns));
  const results = training.run("metrics");
  const mean = results.get("loss")?.[0] ?? loss?.[0];
  expect(results.get(name)![0]).toBeCloseTo(mean!, 5);
  if (results.has("perplexity")) expect(results.get("perplexity")![0]).toBeCloseTo(Math.exp(mean!), 4);
});

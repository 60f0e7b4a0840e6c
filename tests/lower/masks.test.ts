// Masks from the layer that makes them to the loss and the metrics. Expected numbers are those of Keras 3.15 on TensorFlow
// with the same weights and data.

import { describe, expect, test } from "vitest";
import { executors } from "../../src/conformance/executors.ts";
import { openTraining } from "../support/training.ts";

const columns = { pixels: [0, 0, 1, 2, 3, 1, 1, 2, 0, 0, 0, 0, 2, 1, 1, 1, 0, 3, 0, 0, 0, 0, 2, 2] };

const program = (target: string, body: string, clauses: string): string => `
dataset Steps {
  source idx("images", "labels", shape: [3, 2, 1], classes: 3)
  input x: f32[3, 2] = pixels -> Reshape([3, 2])
  target y: ${target}
}
model Net(x: f32[3, 2]) { ${body} }
train Net on Steps {
  ${clauses}
  optimizer sgd(0.1)
  batch 4
}`;

const steps = "f32[3, 1] = pixels -> Cropping2D([[0, 0], [1, 0]]) -> Reshape([3, 1])";
const one = "f32[1] = pixels -> Cropping2D([[0, 0], [1, 0]]) -> Reshape([3, 1]) -> GlobalAveragePooling1D()";

const networks = [
  {
    name: "losses and metrics leave out what is masked",
    target: steps,
    body: "x -> Masking() -> Dropout(0) -> Dense(1, kernel_initializer: constant(0.3))",
    clauses: "loss mse\n  metrics mae, mse",
    losses: [1.0971426963806152, 0.3416862487792969, 0.18928402662277222],
    metrics: { mean_absolute_error: 0.8285713791847229, mean_squared_error: 1.0971428155899048 },
  },
  {
    name: "a pooling reads the mask and ends it",
    target: one,
    body: `x -> Masking() -> Dense(2, tanh, kernel_initializer: identity(0.5)) -> GlobalAveragePooling1D()
  Dense(1, kernel_initializer: constant(0.3))`,
    clauses: "loss mse\n  metrics mae",
    losses: [0.5901892781257629, 0.33786439895629883, 0.2513493299484253],
    metrics: { mean_absolute_error: 0.6204935312271118 },
  },
  {
    name: "attention reads masks and passes that of its query on",
    target: steps,
    body: `x -> Masking() -> MultiHeadAttention(2, 2, kernel_initializer: constant(0.2)) -> LayerNormalization() -> Dense(1, kernel_initializer: constant(0.3))`,
    clauses: "loss mae\n  metrics mse",
    losses: [1.7142857313156128, 1.5962857007980347, 1.4779256582260132],
    metrics: { mean_squared_error: 3.4285714626312256 },
  },
  ...[
    { way: "sum", losses: [0.8061837553977966, 0.05683416128158569, -0.19524645805358887] },
    { way: "sum_over_batch_size", losses: [0.11516910791397095, 0.09591811895370483, 0.07925189286470413] },
  ].map(({ way, losses }) => ({
    name: `a loss about the whole batch counts once for each step that is not masked: ${way}`,
    target: steps,
    body: "x -> Masking() -> Dense(1, sigmoid, kernel_initializer: constant(0.3))",
    clauses: `loss tversky(reduction: ${way})\n  metrics mse`,
    losses,
    metrics: {},
  })),
];

describe.each(executors.map((executor) => [executor.name, executor] as const))("on %s", (_, executor) => {
  test.each(networks.map((network) => [network.name, network] as const))("%s", async (_name, network) => {
    const training = await openTraining(program(network.target, network.body, network.clauses), 4, { executor });
    training.run("evaluate", columns);
    const first = training.run("metrics");
    for (const [name, value] of Object.entries(network.metrics)) expect(first.get(name)![0]!).toBeCloseTo(value, 5);
    for (const loss of network.losses)
      expect(training.run("train_step", columns).get("loss")![0]!).toBeCloseTo(loss, 5);
  });
});

test("a field whose transform ends in a mask has the numbers, not the mask", async () => {
  const masked = `pixels -> Reshape([3, 2]) -> Masking()`;
  const text = program(one, "x -> Flatten() -> Dense(1, kernel_initializer: constant(0.3))", "loss mse");
  const [plain, own] = await Promise.all(
    [text, text.replace("pixels -> Reshape([3, 2])", masked)].map((each) => openTraining(each, 4)),
  );
  const loss = plain!.run("train_step", columns).get("loss");
  expect(own!.run("train_step", columns).get("loss")).toEqual(loss);
});

test("within an expression, a loss about the whole batch is one number, whatever is masked", async () => {
  const [masked, plain] = await Promise.all(
    ["x -> Masking() -> Dense(1, sigmoid)", "x -> Dense(1, sigmoid)"].map((body) =>
      openTraining(program(steps, body, "loss 2 * sum(tversky(target, prediction))"), 4),
    ),
  );
  const loss = plain!.run("train_step", columns).get("loss");
  expect(masked!.run("train_step", columns).get("loss")).toEqual(loss);
});

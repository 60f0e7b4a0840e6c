// Layers with statistics or random numbers: used once, shared, and frozen. Expected numbers are those of Keras 3.15, or
// follow from its rule by hand.

import { describe, expect, test } from "vitest";
import { wasmExecutor } from "../../src/conformance/compiledExecutor.ts";
import { passesExecutor } from "../../src/conformance/executor.ts";
import { openTraining } from "../support/training.ts";

const trained = (body: string, width = 2): string => `
block Shared(x: f32[n]) { BatchNormalization(name: "bn") }
dataset D {
  source idx("images", "labels", shape: [1, ${width}, 1], classes: 2)
  input x: f32[${width}] = pixels -> Flatten()
  target y: class(2) = label
}
model M(x: f32[${width}]) {
${body}
  Dense(2, softmax, name: "head")
}
train M on D {
  loss categorical_crossentropy
  optimizer sgd(0.1)
  batch 2
}`;

/** Two samples whose mean is 1 in both columns. */
const pixels = [0, 0, 2, 2];
const batch = { pixels, labels: [0, 1], label: [0, 1] };

/** momentum 0.99: 0 → 0.01 · 1 → 0.99 · 0.01 + 0.01 · 3 (keras.layers.BatchNormalization called twice with training=True). */
const twice = 0.0399;

describe("a shared BatchNormalization is updated by each use, in order", () => {
  test.each([
    [
      "two uses",
      `layer bn = BatchNormalization()\n  let a = x -> bn\n  let b = (x + 2) -> bn\n  concat(a, b)`,
      "bn",
      twice,
    ],
    [
      "the other order",
      `layer bn = BatchNormalization()\n  let b = (x + 2) -> bn\n  let a = x -> bn\n  concat(a, b)`,
      "bn",
      0.99 * 0.03 + 0.01,
    ],
    [
      "on branches that meet",
      `layer bn = BatchNormalization()\n  let a = x -> bn\n  let b = (x + 2) -> bn\n  a + b`,
      "bn",
      twice,
    ],
    [
      "three uses",
      `layer bn = BatchNormalization()\n  let a = x -> bn\n  let b = (x + 2) -> bn\n  let c = (x + 2) -> bn\n  a + b + c`,
      "bn",
      0.99 * twice + 0.03,
    ],
    // After the first use the mean is 0: 0.01, then 0.99 · 0.01 for each further turn.
    ["in a repeat", `layer bn = BatchNormalization()\n  repeat 3 { bn }`, "bn", 0.01 * 0.99 ** 2],
    ["in a shared block", `layer s = Shared()\n  let a = x -> s\n  let b = (x + 2) -> s\n  a + b`, "s/bn", twice],
  ])("%s", async (_, body, path, mean) => {
    for (const executor of [undefined, passesExecutor, wasmExecutor]) {
      const { run, weight } = await openTraining(trained(`  ${body}`), 2, executor === undefined ? {} : { executor });
      run("train_step", batch);
      for (const value of weight(`${path}/moving_mean`)) expect(value).toBeCloseTo(mean, 6);
    }
  });

  test("two layers of a block that is not shared have statistics each", async () => {
    const { run, weight } = await openTraining(
      trained("  let a = x -> Shared()\n  let b = (x + 2) -> Shared()\n  a + b"),
      2,
    );
    run("train_step", batch);
    expect(weight("shared/bn/moving_mean")[0]).toBeCloseTo(0.01, 6);
    expect(weight("shared_1/bn/moving_mean")[0]).toBeCloseTo(0.03, 6);
  });

  test("evaluation and prediction change nothing", async () => {
    const { run, weight } = await openTraining(
      trained("  layer bn = BatchNormalization()\n  (x -> bn) + (x -> bn)"),
      2,
    );
    run("evaluate", batch);
    run("predict", { x: pixels });
    expect(weight("bn/moving_mean")).toEqual([0, 0]);
  });
});

/** What a program reads: the mean over the batch that a layer with momentum 0 keeps. */
const probe = (read: string): string => `(x * 0 + ${read}) -> BatchNormalization(momentum: 0, name: "probe")`;

describe("a statistic as a value is that of the place where it is read, as of a variable in Keras", () => {
  test.each([
    ["after a use", `layer bn = BatchNormalization()\n  x -> bn\n  ${probe("bn.moving_mean")}`, 0.01],
    [
      "between two uses",
      `layer bn = BatchNormalization()\n  x -> bn\n  let m = bn.moving_mean\n  (x + 2) -> bn\n  ${probe("m")}`,
      0.01,
    ],
    [
      "after two uses",
      `layer bn = BatchNormalization()\n  x -> bn\n  (x + 2) -> bn\n  ${probe("bn.moving_mean")}`,
      twice,
    ],
    [
      "of a frozen layer",
      `layer bn = BatchNormalization(trainable: false)\n  x -> bn\n  ${probe("bn.moving_mean")}`,
      0,
    ],
  ])("%s", async (_, body, mean) => {
    for (const executor of [undefined, passesExecutor, wasmExecutor]) {
      const { run, weight } = await openTraining(trained(`  ${body}`), 2, executor === undefined ? {} : { executor });
      run("train_step", batch);
      for (const value of weight("probe/moving_mean")) expect(value).toBeCloseTo(mean, 6);
    }
  });

  test("no gradient goes through it", async () => {
    const { run, weight } = await openTraining(
      trained('  layer bn = BatchNormalization()\n  x -> Dense(2, name: "before") -> bn\n  x + bn.moving_mean'),
      2,
    );
    const before = weight("before/kernel");
    run("train_step", batch);
    expect(weight("before/kernel")).toEqual(before);
    expect(weight("bn/moving_mean")[0]).not.toBe(0);
  });
});

describe("trainable: false", () => {
  test("BatchNormalization computes as in inference, and nothing of it moves", async () => {
    const body = `  Dense(2, name: "d", kernel_initializer: identity)\n  BatchNormalization(trainable: false, name: "bn")`;
    const { run, weight } = await openTraining(trained(body), 2);
    const before = run("evaluate", batch).get("loss")?.[0];
    expect(run("train_step", batch).get("loss")?.[0]).toBeCloseTo(before!, 12);
    expect(weight("bn/moving_mean")).toEqual([0, 0]);
    expect(weight("bn/moving_variance")).toEqual([1, 1]);
    expect(weight("bn/gamma")).toEqual([1, 1]);
    expect(weight("d/kernel")).not.toEqual([1, 0, 0, 1]);
  });

  test("a frozen layer that is shared", async () => {
    const { run, weight } = await openTraining(
      trained("  layer bn = BatchNormalization(trainable: false)\n  let a = x -> bn\n  a -> bn"),
      2,
    );
    run("train_step", batch);
    expect(weight("bn/moving_mean")).toEqual([0, 0]);
  });
});

/** Three steps of Keras 3.15.1 on TensorFlow in f64, from identity kernels, with sgd(0.5). */
test.each([
  {
    trainable: true,
    loss: 0.334394,
    weights: {
      "bn/gamma": [0.901778, 1.181826],
      "bn/beta": [0.003816, 0.083239],
      "bn/moving_mean": [0.961779, 1.676948],
      "bn/moving_variance": [1.337034, 6.17059],
      "head/kernel": [0.921286, 0.078714, -0.147717, 1.147717, -0.112717, 0.112717, -0.135858, 0.135858],
    },
  },
  {
    trainable: false,
    loss: 7.659687,
    weights: {
      "bn/gamma": [1, 1],
      "bn/moving_mean": [0, 0],
      "bn/moving_variance": [1, 1],
      "head/kernel": [0.716819, 0.283181, 1.475795, -0.475795, -0.433786, 0.433786, -1.473233, 1.473233],
    },
  },
])(
  "gradients through a BatchNormalization with two uses, trainable: $trainable",
  async ({ trainable, loss, weights }) => {
    const text = `
dataset D {
  source idx("images", "labels", shape: [1, 2, 1], classes: 2)
  input x: f32[2] = pixels -> Flatten()
  target y: class(2) = label
}
model M(x: f32[2]) {
  layer bn = BatchNormalization(momentum: 0.9, trainable: ${trainable})
  let a = x -> bn
  let b = (x * 2 + 1) -> bn
  concat(a, b) -> Dense(4, relu, kernel_initializer: identity)
  Dense(2, softmax, kernel_initializer: identity, name: "head")
}
train M on D {
  loss categorical_crossentropy
  optimizer sgd(0.5)
}`;
    const batch = { pixels: [0, 1, 2, 5, 1, 0], label: [0, 1, 0] };
    for (const executor of [passesExecutor, wasmExecutor]) {
      const { run, weight } = await openTraining(text, 3, { executor });
      for (let step = 0; step < 3; step++) run("train_step", batch);
      for (const [path, expected] of Object.entries(weights))
        for (const [i, value] of weight(path).entries()) expect(value).toBeCloseTo(expected[i]!, 4);
      expect(run("evaluate", batch).get("loss")?.[0]).toBeCloseTo(loss, 4);
    }
  },
);

describe("random numbers belong to a use of a layer", () => {
  /** The loss is the mean of |y - 1| over 4,000 ones that masks were laid over. */
  const dropped = (body: string): string => `
dataset D {
  source idx("images", "labels", shape: [40, 100, 1], classes: 2)
  input x: f32[4000] = pixels -> Flatten()
  target y: f32[4000] = pixels -> Flatten()
}
model M(x: f32[4000]) {
${body}
}
train M on D {
  loss mae
  optimizer sgd(0)
  batch 1
}`;
  const ones = new Array(4000).fill(1);
  const left = async (body: string, seed = 0): Promise<number> => {
    const { run } = await openTraining(dropped(body), 1, { seed });
    // Each element is 0, or 8 with a share of 1/8: |0 - 1| or |8 - 1|.
    return run("train_step", { pixels: ones }).get("loss")?.[0] ?? Number.NaN;
  };

  test("a shared Dropout draws a mask for each use, as separate ones do", async () => {
    // mae of y ∈ {0, 8}, p = 1/8: 7/8 · 1 + 1/8 · 7. One mask for all uses: 1/2 · 1 + 1/2 · 7 = 4.
    for (const body of [
      "  layer d = Dropout(0.5)\n  repeat 3 { d }",
      "  repeat 3 { Dropout(0.5) }",
      "  layer d = Dropout(0.5)\n  x -> d -> d -> d",
    ])
      expect(Math.abs((await left(body)) - 1.75)).toBeLessThan(0.15);
  });

  test("the same program draws the same masks; another seed others", async () => {
    const body = "  layer d = Dropout(0.5)\n  repeat 3 { d }";
    expect(await left(body)).toBe(await left(body));
    expect(await left(body, 1)).not.toBe(await left(body));
  });

  test("a layer elsewhere changes no mask", async () => {
    const shared = "  layer d = Dropout(0.5)\n  x -> d -> d";
    const beside =
      '  layer d = Dropout(0.5)\n  let a = x -> Dropout(0.5, name: "other") -> Dropout(0.5)\n  let b = x -> d -> d\n  b + 0 * a';
    expect(await left(beside)).toBe(await left(shared));
  });
});

test("three steps of Keras through a BatchNormalization with renorm", async () => {
  const text = `
dataset D {
  source idx("images", "labels", shape: [1, 2, 1], classes: 2)
  input x: f32[2] = pixels -> Flatten()
  target y: class(2) = label
}
model M(x: f32[2]) {
  BatchNormalization(
    momentum: 0.9, renorm: true, renorm_clipping: [0.5, 1.5, 0.5], renorm_momentum: 0.8,
    moving_variance_initializer: constant(4), name: "bn")
  Dense(2, softmax, kernel_initializer: identity, name: "head")
}
train M on D {
  loss categorical_crossentropy
  optimizer sgd(0.5)
}`;
  const batch = { pixels: [0, 1, 2, 5, 1, 0], label: [0, 1, 0] };
  const expected = {
    "bn/gamma": [0.905033, 1.293203],
    "bn/beta": [0.208422, -0.267614],
    "bn/moving_mean": [0.271, 0.542],
    "bn/moving_variance": [2.819507, 4.17485],
    "bn/moving_stddev": [1.679436, 2.04349],
    "bn/renorm_mean": [0.488, 0.976],
    "bn/renorm_stddev": [1.422749, 2.078313],
    "head/kernel": [0.918066, 0.081934, -0.290078, 1.290078],
  };
  for (const executor of [passesExecutor, wasmExecutor]) {
    const { run, weight } = await openTraining(text, 3, { executor });
    for (let step = 0; step < 3; step++) run("train_step", batch);
    for (const [path, values] of Object.entries(expected))
      for (const [i, value] of weight(path).entries()) expect(value, path).toBeCloseTo(values[i]!, 5);
  }
});

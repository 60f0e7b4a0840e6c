// A learning rate that follows results. Expected rates are those of keras.callbacks.ReduceLROnPlateau (Keras 3.15).

import { describe, expect, test } from "vitest";
import { executors } from "../../src/conformance/executors.ts";
import type { Node, OptionRecord, Prim } from "../../src/ir/graph.ts";
import { graphBuilder } from "../../src/ir/graphBuilder.ts";
import { tensor } from "../../src/ir/types.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findSchedule } from "../../src/ops/registry.ts";
import { evaluate } from "../../src/reference/evaluate.ts";
import { openTraining } from "../support/training.ts";

const schedule = findSchedule("reduce_on_plateau")!;

/** Returns the rate after each of the results, of which lower ones are better. */
function ratesAfter(given: OptionRecord, results: readonly number[]): readonly number[] {
  const options = withDefaults(schedule.options, { initial_learning_rate: 0.1, ...given });
  const rules = schedule.follows!;
  const nodes: Node<Prim>[] = [];
  const g = graphBuilder((node) => nodes.push({ ...node, id: nodes.length } as Node<Prim>) - 1);
  const states = rules.state(options);
  const state = Object.fromEntries(states.map(({ name }) => [name, g.param(name, tensor("f32"))]));
  const next = rules.observe(g, state, g.input("result", tensor("f32")), options);
  const outputs = Object.entries(next).map(([name, { id }]) => ({ name, value: id }));
  const graph = { name: "observe", nodes, outputs, updates: [] };
  let slots = new Map(states.map(({ name, initial }) => [name, Float64Array.of(initial)]));
  return results.map((result) => {
    const made = evaluate(graph, { batch: 1, inputs: new Map([["result", [result]]]), slots }).outputs;
    slots = new Map([...made].map(([name, values]) => [name, Float64Array.from(values)]));
    return slots.get("rate")![0]!;
  });
}

const near = (actual: readonly number[], wanted: readonly number[]): void => {
  for (const [i, value] of wanted.entries()) expect(actual[i]).toBeCloseTo(value, 7);
};

describe("the rate falls as Keras's does", () => {
  test("after epochs without enough gain, and not while it cools down", () => {
    const given = { factor: 0.5, patience: 2, min_delta: 0.05, cooldown: 2 };
    const losses = [1.1, 1.09, 1.05, 1.05, 1.08, 1.04, 1.07, 1.1, 0.9, 0.7, 0.8, 0.79, 0.75, 0.75];
    const rates = [0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.025, 0.0125, 0.0125, 0.0125];
    near(ratesAfter(given, losses), rates);
  });
  test("to min_lr at most", () => {
    const given = { factor: 0.25, patience: 1, min_delta: 0.05, min_lr: 0.01 };
    near(ratesAfter(given, [-0.96, -0.99, -1.02, -0.82, -0.82]), [0.1, 0.025, 0.025, 0.01, 0.01]);
  });
});

const program = (rate: string): string => `
dataset D {
  source idx("images", "labels", shape: [1, 2, 1], classes: 2)
  input x: f32[2] = pixels -> Flatten()
  target y: class(2) = label
  split train 50%, validation 50%
}
model M(x: f32[2]) { Dense(2, softmax, bias_initializer: ones, kernel_initializer: identity) }
train M on D {
  loss categorical_crossentropy
  optimizer sgd(${rate})
  metrics accuracy
  batch 2
}`;
const columns = { pixels: [0, 1, 2, 2], label: [0, 1] };

describe.each(executors.map((executor) => [executor.name, executor] as const))("on %s", (_, executor) => {
  test.each([
    ["loss", "observe_train"],
    ["val_accuracy", "observe_validation"],
  ])("a rate of 0 after two epochs without gain by %s", async (monitor, observe) => {
    const rate = `reduce_on_plateau(0.5, ${monitor}, factor: 0, patience: 1, min_delta: 10)`;
    const training = await openTraining(program(rate), 2, { executor });
    const kernels = [0, 1, 2].map(() => {
      training.run("train_step", columns);
      training.run(observe);
      return training.weight("dense/kernel");
    });
    expect(kernels[1]).not.toEqual(kernels[0]);
    expect(kernels[2]).toEqual(kernels[1]);
  });
});

// A loss scale that changes. Expected numbers are those of keras.optimizers.LossScaleOptimizer (Keras 3.15) around the same
// optimizer, given the same gradients.

import { expect, test } from "vitest";
import type { Node, OptionRecord, Prim } from "../../src/ir/graph.ts";
import { graphBuilder } from "../../src/ir/graphBuilder.ts";
import { tensor } from "../../src/ir/types.ts";
import { rateOf } from "../../src/lower/rate.ts";
import { lossScale, takenSteps } from "../../src/ops/lossScale.ts";
import { optimizerSlots, optimizerStep } from "../../src/ops/optimizer.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { findOptimizer, findSchedule } from "../../src/ops/registry.ts";
import { evaluate } from "../../src/reference/evaluate.ts";

/** Returns weights that start from 1 and 2, and the scale, after each step. */
function trained(name: string, given: OptionRecord, gradients: readonly (readonly number[])[]) {
  const optimizer = findOptimizer(name)!;
  const options = withDefaults(optimizer.options, given);
  const variables = [{ name: "kernel", start: 0, shape: [2] }];
  const own = optimizerSlots(optimizer, options, variables);
  const nodes: Node<Prim>[] = [];
  const g = graphBuilder((node) => nodes.push({ ...node, id: nodes.length } as Node<Prim>) - 1);
  const slots = Object.fromEntries(own.map((slot) => [slot.name, g.param(slot.name, tensor("f32", slot.length))]));
  const step = takenSteps(g, options, slots, g.param("step", tensor("f32")));
  const gradient = g.mul(g.input("gradient", tensor("f32", 2)), lossScale(g, options, slots) ?? 1);
  const next = optimizerStep(g, optimizer, {
    ...{ weights: g.param("weights", tensor("f32", 2)), gradient, slots, step, options, variables },
    rate: rateOf(g, options, { step, total: () => g.constant(1), state: {} }),
  });
  const outputs = Object.entries({ weights: next.weights, ...next.slots }).map(([slot, { id }]) => ({
    name: slot,
    value: id,
  }));
  const graph = { name: "step", nodes, outputs, updates: [] };
  const memory = new Map<string, Float64Array>([
    ["weights", Float64Array.of(1, 2)],
    ...own.map((slot) => [slot.name, new Float64Array(slot.length).fill(slot.initial)] as const),
  ]);
  return gradients.map((values, i) => {
    memory.set("step", Float64Array.of(i));
    const made = evaluate(graph, { batch: 1, inputs: new Map([["gradient", values]]), slots: memory }).outputs;
    for (const [slot, now] of made) memory.set(slot, Float64Array.from(now));
    return { weights: [...memory.get("weights")!], scale: memory.get("loss_scale")![0] };
  });
}

const gradients = [
  [1, 2],
  [Number.POSITIVE_INFINITY, 0],
  [0.5, -1],
  [0.25, 1],
  [Number.NaN, Number.NaN],
  [1, 1],
  [2, -2],
];
const decay = { initial_learning_rate: 0.1, decay_steps: 1, decay_rate: 0.5 };
const schedule = {
  name: "exponential_decay",
  options: withDefaults(findSchedule("exponential_decay")!.options, decay),
};

test("a step whose gradient is not finite is skipped, and neither rates nor corrections of bias see it", () => {
  const steps = trained("adam", { learning_rate: schedule, loss_scale: 8, dynamic_growth_steps: 2 }, gradients);
  expect(steps.map(({ scale }) => scale)).toEqual([8, 4, 4, 8, 4, 4, 8]);
  const kernels = [0.90000099, 0.90000099, 0.8533926, 0.83232522, 0.83232522, 0.82104808, 0.81545067];
  for (const [i, kernel] of kernels.entries()) expect(steps[i]!.weights[0]).toBeCloseTo(kernel, 5);
});

test("what is kept besides the weights stays in a skipped step, too", () => {
  const given = { learning_rate: 0.1, momentum: 0.9, gradient_accumulation_steps: 2, use_ema: true };
  const averaged = { ...given, ema_momentum: 0.5, ema_overwrite_frequency: 2 };
  const steps = trained("sgd", { ...averaged, loss_scale: 8, dynamic_growth_steps: 3 }, gradients);
  expect(steps.map(({ scale }) => scale)).toEqual([8, 4, 4, 4, 2, 2, 2]);
  const kernels = [1, 1, 0.925, 0.925, 0.925, 0.86, 0.86];
  for (const [i, kernel] of kernels.entries()) expect(steps[i]!.weights[0]).toBeCloseTo(kernel, 6);
});

test("`dynamic` starts from 32768", () => {
  expect(trained("sgd", { loss_scale: "dynamic" }, gradients.slice(0, 2)).map(({ scale }) => scale)).toEqual([
    32768, 16384,
  ]);
});

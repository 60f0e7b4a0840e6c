// Makes the programs that compute the model: train_step, evaluate, predict.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import { type Draft, draft } from "../ir/draft.ts";
import type { OpGraph, Update } from "../ir/graph.ts";
import { batchSize } from "../ir/size.ts";
import { stepSlot } from "../ir/slots.ts";
import { tensor } from "../ir/types.ts";
import { lossOf } from "../ops/lossReduction.ts";
import { readFields } from "./fields.ts";
import { type Forward, forward } from "./forward.ts";
import { readKept, writeKept } from "./kept.ts";
import { updateMetrics } from "./metrics.ts";
import { rateOf } from "./rate.ts";
import { allWeights, type Plan, type TrainingPlan } from "./slots.ts";

interface Scored extends Forward {
  /** f32 scalar: the mean over the batch. */
  readonly loss: Value;
  /** The sums of loss and metrics, including this batch. */
  readonly updates: readonly Update[];
}

/** Computes the loss and metrics of a batch of the data set. */
function score(d: Draft, plan: Plan, training: TrainingPlan, isTraining: boolean): Scored {
  const fields = readFields(d, training.dataset.fields);
  const result = forward(d, plan, fields, isTraining);
  const target = training.dataset.fields.find((f) => f.role === "target");
  const truth = target === undefined ? undefined : fields.get(target.name);
  if (truth === undefined) throw new CompilerBug("a training without a target");
  const g = d.g.withOrigin("loss", training.checked.loss.span);
  const call = { prediction: result.scored, target: truth, options: training.head.lossOptions };
  const loss = lossOf(g, training.loss, call);
  const batch = { loss, predictions: result.prediction, truth, samples: g.size(batchSize) };
  return { ...result, loss, updates: updateMetrics(d, training, batch) };
}

/** Computes the gradient of the loss by all trained weights, one after another. */
function flatGradient(d: Draft, g: Builder, plan: Plan, { loss, weights }: Scored): Value {
  const parts = plan.weights.map(({ weight, shape, length }) => {
    const read = weights.get(weight.path);
    // A weight that nothing reads has gradient 0.
    const gradient = read === undefined ? g.constant(0, tensor("f32", ...shape)) : d.gradient(loss, read);
    return g.reshape(gradient, [length]);
  });
  return g.concat(parts, 0);
}

/** Computes one step of the optimizer over all trained weights; `step` counts from 0. */
function optimize(d: Draft, plan: Plan, training: TrainingPlan, scored: Scored, step: Value): readonly Update[] {
  if (plan.weightCount === 0) return [];
  const { optimizer, optimizerOptions, optimizerSlots } = training;
  const g = d.g.withOrigin(optimizer.name, training.checked.optimizer.span);
  const stepNumber = g.cast(step, "f32");
  const next = optimizer.update(g, {
    weights: g.param(allWeights, tensor("f32", plan.weightCount)),
    gradient: flatGradient(d, g, plan, scored),
    slots: readKept(g, optimizerSlots),
    step: stepNumber,
    rate: rateOf(g, training, stepNumber),
    options: optimizerOptions,
    variables: plan.weights.map((p) => ({ name: p.weight.path, start: p.start, shape: p.shape })),
  });
  return [{ slot: allWeights, value: next.weights.id }, ...writeKept(optimizerSlots, next.slots)];
}

export function trainStepGraph(plan: Plan, training: TrainingPlan): OpGraph {
  const d = draft();
  const scored = score(d, plan, training, true);
  const counter = d.g.withOrigin("step");
  const step = counter.param(stepSlot, tensor("i32"));
  const optimized = optimize(d, plan, training, scored, step);
  const counted: Update = { slot: stepSlot, value: counter.add(step, 1).id };
  return d.graph("train_step", { loss: scored.loss }, [...scored.updates, ...optimized, counted]);
}

export function evaluateGraph(plan: Plan, training: TrainingPlan): OpGraph {
  const d = draft();
  const { loss, updates } = score(d, plan, training, false);
  return d.graph("evaluate", { loss }, updates);
}

export function predictGraph(plan: Plan): OpGraph {
  const d = draft();
  const inputs = new Map<string, Value>();
  for (const input of plan.model.inputs) {
    const node = plan.model.nodes[input.value];
    if (node !== undefined) inputs.set(input.name, d.g.withOrigin(input.name, node.span).input(input.name, node.type));
  }
  const { outputs } = forward(d, plan, inputs, false);
  return d.graph("predict", Object.fromEntries(outputs));
}

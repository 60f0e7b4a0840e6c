// Makes the programs that compute the model: train_step, evaluate, predict.

import type { Value } from "../ir/builder.ts";
import { type Draft, draft } from "../ir/draft.ts";
import type { OpGraph, Update } from "../ir/graph.ts";
import { stepSlot } from "../ir/slots.ts";
import { tensor } from "../ir/types.ts";
import { average } from "../ops/optimizer.ts";
import { readFields } from "./fields.ts";
import { type Forward, forward } from "./forward.ts";
import { type Scored, updateSums } from "./metrics.ts";
import { objectiveOf } from "./objective.ts";
import { optimize } from "./optimize.ts";
import type { Plan, StepPlan, TrainingPlan } from "./slots.ts";
import { weightReader } from "./weights.ts";

/** Returns the outputs that a step reads; undefined for the only step, which computes everything. */
function outputsFor(training: TrainingPlan, step: StepPlan): ReadonlySet<string> | undefined {
  const [first, second] = training.steps;
  if (second === undefined) return undefined;
  const read = step.checked.terms.flatMap(({ nodes }) =>
    nodes.flatMap((node) => (node.kind === "output" ? [node.name] : [])),
  );
  // Metrics see the predictions before any update.
  return new Set(step === first ? [...read, ...training.checked.metrics.map(({ output }) => output)] : read);
}

const nothingSeen: Forward = { outputs: new Map(), logits: new Map(), masks: new Map(), penalties: [] };

export function trainStepGraph(plan: Plan, training: TrainingPlan): OpGraph {
  const d = draft();
  const fields = readFields(d, training.dataset, "train");
  const weights = weightReader(d, plan);
  const uses = new Map<string, number>();
  const counter = d.g.withOrigin("step");
  const objectives: Scored["objectives"][number][] = [];
  const optimized: Update[] = [];
  let first: Forward | undefined;
  let sums: ReturnType<typeof updateSums> | undefined;
  let number: Value | undefined;
  for (const step of training.steps) {
    const outputs = outputsFor(training, step);
    const request = { inputs: fields, weights, training: true, uses };
    const result = forward(d, plan, outputs === undefined ? request : { ...request, outputs });
    first ??= result;
    const objective = objectiveOf(d, training, step, { fields, forward: result, weights, training: true });
    objectives.push({ step, objective });
    // All losses are known before the last update.
    if (objectives.length === training.steps.length)
      sums = updateSums(d, training, { objectives, forward: first, fields });
    number ??= counter.param(stepSlot, tensor("i32"));
    optimized.push(...optimize(d, step.groups, weights, { loss: objective.total, step: number }));
  }
  // Without a step there is nothing to sum, and the loss is 0.
  sums ??= updateSums(d, training, { objectives, forward: nothingSeen, fields });
  number ??= counter.param(stepSlot, tensor("i32"));
  const counted: Update = { slot: stepSlot, value: counter.add(number, 1).id };
  return d.graph("train_step", { loss: sums.loss }, [...sums.updates, ...weights.settle(optimized), counted]);
}

export function evaluateGraph(plan: Plan, training: TrainingPlan): OpGraph {
  const d = draft();
  const fields = readFields(d, training.dataset, "evaluate");
  const weights = weightReader(d, plan);
  const idle = training.steps.length === 0;
  const result = idle ? nothingSeen : forward(d, plan, { inputs: fields, weights, training: false });
  const seen = { fields, forward: result, weights, training: false };
  const objectives = training.steps.map((step) => ({ step, objective: objectiveOf(d, training, step, seen) }));
  const { loss, updates } = updateSums(d, training, { objectives, forward: result, fields });
  return d.graph("evaluate", { loss }, updates);
}

function modelInputs(d: Draft, { model }: Plan): ReadonlyMap<string, Value> {
  const inputs = new Map<string, Value>();
  for (const input of model.inputs) {
    const node = model.nodes[input.value];
    if (node !== undefined) inputs.set(input.name, d.g.withOrigin(input.name, node.span).input(input.name, node.type));
  }
  return inputs;
}

export function predictGraph(plan: Plan): OpGraph {
  const d = draft();
  const inputs = plan.rows === undefined ? modelInputs(d, plan) : readFields(d, plan.rows, "predict");
  const { outputs } = forward(d, plan, { inputs, weights: weightReader(d, plan), training: false });
  return d.graph("predict", Object.fromEntries(outputs));
}

/** Puts averages of weights in their place, at the end of training; undefined if no optimizer keeps any. */
export function finalizeGraph(training: TrainingPlan): OpGraph | undefined {
  const d = draft();
  const updates = training.steps.flatMap(({ groups }) =>
    groups.flatMap(({ whole, slots }): readonly Update[] => {
      const kept = slots.find(({ name }) => name === average);
      return kept === undefined ? [] : [{ slot: whole.slot, value: d.g.param(kept.slot, kept.type).id }];
    }),
  );
  return updates.length === 0 ? undefined : d.graph("finalize", {}, updates);
}

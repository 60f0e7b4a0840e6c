// Keeps losses and metrics in slots: each batch adds to sums, and the program `metrics` turns them into numbers.

import { CompilerBug } from "../base/compilerBug.ts";
import { type Monitor, monitorOf } from "../check/training/monitors.ts";
import type { Builder, Value } from "../ir/builder.ts";
import { type Draft, draft } from "../ir/draft.ts";
import type { OpGraph, Update } from "../ir/graph.ts";
import { batchSize } from "../ir/size.ts";
import type { Forward } from "./forward.ts";
import { readKept, writeKept } from "./kept.ts";
import { type Objective, sumOf } from "./objective.ts";
import { scheduleOf } from "./rate.ts";
import { type KeptSlot, lossSums, type StepPlan, type TrainingPlan } from "./slots.ts";
import { sampleWeights } from "./weighting.ts";

/** A batch after its losses are computed. */
export interface Scored {
  /** In the order of the steps. */
  readonly objectives: readonly { readonly step: StepPlan; readonly objective: Objective }[];
  readonly forward: Forward;
  /** By the names of the data's fields. */
  readonly fields: ReadonlyMap<string, Value>;
}

function wholeSums(g: Builder, training: TrainingPlan): { readonly total: Value; readonly count: Value } {
  const { total, count } = readKept(g, training.lossState);
  if (total === undefined || count === undefined) throw new CompilerBug("a loss without its sums");
  return { total, count };
}

/** Returns the values of the losses that are reported besides the whole one, with their sums. */
const partsOf = ({ objectives }: Scored): readonly (readonly [KeptSlot, Value])[] =>
  objectives.flatMap(({ step, objective }) => {
    const all = [
      [step.sum, objective.total] as const,
      ...objective.terms.map(({ plan, value }) => [plan.sum, value] as const),
    ];
    return all.flatMap(([sum, value]) => (sum === undefined ? [] : [[sum, value] as const]));
  });

/** Returns the loss of the batch, and the sums that include it. */
export function updateSums(
  d: Draft,
  training: TrainingPlan,
  scored: Scored,
): { readonly loss: Value; readonly updates: readonly Update[] } {
  const g = d.g.withOrigin("loss");
  const loss = sumOf(
    g,
    scored.objectives.map(({ objective }) => objective.total),
  );
  const samples = g.size(batchSize);
  const { total, count } = wholeSums(g, training);
  const updates = [
    ...writeKept(training.lossState, {
      total: g.add(total, g.mul(loss, samples)),
      count: g.add(count, samples),
    }),
    ...partsOf(scored).map(
      ([{ slot, type }, value]): Update => ({ slot, value: g.add(g.param(slot, type), g.mul(value, samples)).id }),
    ),
  ];
  for (const { name, use, definition, options, state } of training.metrics) {
    const own = d.g.withOrigin(name);
    const [prediction, target] = [scored.forward.outputs.get(use.output), scored.fields.get(use.target)];
    const form = training.heads.get(use.output)?.form;
    if (prediction === undefined || target === undefined || form === undefined)
      throw new CompilerBug(`the metric '${name}' compares values that are missing`);
    const mask = scored.forward.masks.get(use.output);
    const weight = use.weighted ? sampleWeights(d, training.checked, scored.fields, use.output) : undefined;
    const next = definition.update(own, {
      ...{ prediction, target, state: readKept(own, state), options, form },
      ...(mask === undefined ? {} : { mask }),
      ...(weight === undefined ? {} : { weight }),
    });
    updates.push(...writeKept(state, next));
  }
  return { loss, updates };
}

/** Returns what the sums are worth: the loss, the losses of its parts and then each metric, by name. */
function reported(d: Draft, training: TrainingPlan): Readonly<Record<string, Value>> {
  const g = d.g.withOrigin("loss");
  const { total, count } = wholeSums(g, training);
  const outputs: Record<string, Value> = { loss: g.div(total, count) };
  for (const { name, slot, type } of lossSums(training)) outputs[name] = g.div(g.param(slot, type), count);
  for (const { name, definition, options, state } of training.metrics) {
    const own = d.g.withOrigin(name);
    outputs[name] = definition.result(own, readKept(own, state), options);
  }
  return outputs;
}

/** Makes a program with the outputs `loss`, the losses of its parts and then each metric. */
export function metricsGraph(training: TrainingPlan): OpGraph {
  const d = draft();
  return d.graph("metrics", reported(d, training));
}

/** Makes a program that shows the result of an epoch on one part of the data to the rates that follow it; undefined if none does. */
export function observeGraph(training: TrainingPlan, part: Monitor["part"]): OpGraph | undefined {
  const d = draft();
  const updates = training.steps.flatMap(({ groups }) =>
    groups.flatMap((group): readonly Update[] => {
      const monitor = monitorOf(training.checked, training.dataset, group.checked);
      const schedule = scheduleOf(group.options);
      if (monitor === undefined || schedule?.definition.follows === undefined) return [];
      if ("problem" in monitor) throw new CompilerBug("a rate follows what is not reported");
      if (monitor.part !== part) return [];
      const result = reported(d, training)[monitor.name];
      if (result === undefined) throw new CompilerBug(`nothing is reported as '${monitor.name}'`);
      const g = d.g.withOrigin(schedule.definition.name);
      const seen = monitor.higherIsBetter ? g.map("neg", result) : result;
      const next = schedule.definition.follows.observe(g, readKept(g, group.rate), seen, schedule.options);
      return writeKept(group.rate, next);
    }),
  );
  return updates.length === 0 ? undefined : d.graph(`observe_${part}`, {}, updates);
}

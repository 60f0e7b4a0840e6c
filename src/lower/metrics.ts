// Keeps the loss and metrics in slots: each batch adds to sums, and the program `metrics` turns them into numbers.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import { type Draft, draft } from "../ir/draft.ts";
import type { OpGraph, Update } from "../ir/graph.ts";
import { readKept, writeKept } from "./kept.ts";
import type { TrainingPlan } from "./slots.ts";

interface Batch {
  /** f32 scalar: the mean loss of the batch. */
  readonly loss: Value;
  readonly predictions: Value;
  readonly truth: Value;
  /** f32 scalar. */
  readonly samples: Value;
}

function lossSums(g: Builder, training: TrainingPlan): { readonly total: Value; readonly count: Value } {
  const { total, count } = readKept(g, training.lossState);
  if (total === undefined || count === undefined) throw new CompilerBug("a loss without its sums");
  return { total, count };
}

export function updateMetrics(d: Draft, training: TrainingPlan, batch: Batch): readonly Update[] {
  const g = d.g.withOrigin("loss");
  const { total, count } = lossSums(g, training);
  const updates = [
    ...writeKept(training.lossState, {
      total: g.add(total, g.mul(batch.loss, batch.samples)),
      count: g.add(count, batch.samples),
    }),
  ];
  for (const { name, definition, options, state } of training.metrics) {
    const own = d.g.withOrigin(name);
    const next = definition.update(own, {
      prediction: batch.predictions,
      target: batch.truth,
      state: readKept(own, state),
      options,
      form: training.head.form,
    });
    updates.push(...writeKept(state, next));
  }
  return updates;
}

/** Makes a program with the outputs `loss` and then each metric, f32 scalars. */
export function metricsGraph(training: TrainingPlan): OpGraph {
  const d = draft();
  const g = d.g.withOrigin("loss");
  const { total, count } = lossSums(g, training);
  const outputs: Record<string, Value> = { loss: g.div(total, count) };
  for (const { name, definition, options, state } of training.metrics) {
    const own = d.g.withOrigin(name);
    outputs[name] = definition.result(own, readKept(own, state), options);
  }
  return d.graph("metrics", outputs);
}

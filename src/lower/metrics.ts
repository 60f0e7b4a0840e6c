// Metrics as slots: each batch adds to sums, `metrics` makes numbers of them.

import type { Value } from "../ir/builder.ts";
import { type Draft, draft } from "../ir/draft.ts";
import type { OpGraph, Update } from "../ir/graph.ts";
import { tensor } from "../ir/types.ts";
import type { MetricPlan, Plan, TrainingPlan } from "./slots.ts";

interface Batch {
  /** f32 scalar: the mean loss of the batch. */
  readonly loss: Value;
  readonly predictions: Value;
  readonly truth: Value;
  /** f32 scalar. */
  readonly samples: Value;
}

function stateOf(d: Draft, metric: MetricPlan): Record<string, Value> {
  const state: Record<string, Value> = {};
  for (const { name, shape } of metric.state)
    state[name] = d.g.withOrigin(metric.name).param(`metric/${metric.name}/${name}`, tensor("f32", ...shape));
  return state;
}

export function updateMetrics(d: Draft, training: TrainingPlan, batch: Batch): readonly Update[] {
  const g = d.g.withOrigin("loss");
  const total = g.param("metric/loss/total", tensor("f32"));
  const count = g.param("metric/loss/count", tensor("f32"));
  const updates: Update[] = [
    { slot: "metric/loss/total", value: g.add(total, g.mul(batch.loss, batch.samples)).id },
    { slot: "metric/loss/count", value: g.add(count, batch.samples).id },
  ];
  for (const metric of training.metrics) {
    const state = stateOf(d, metric);
    const next = metric.definition.update(d.g.withOrigin(metric.name), {
      prediction: batch.predictions,
      target: batch.truth,
      state,
      options: metric.options,
      form: training.head.form,
    });
    for (const { name } of metric.state) {
      const value = next[name];
      if (value !== undefined) updates.push({ slot: `metric/${metric.name}/${name}`, value: value.id });
    }
  }
  return updates;
}

/** Outputs: `loss`, then each metric, f32 scalars. */
export function metricsGraph(_plan: Plan, training: TrainingPlan): OpGraph {
  const d = draft();
  const g = d.g.withOrigin("loss");
  const loss = g.div(g.param("metric/loss/total", tensor("f32")), g.param("metric/loss/count", tensor("f32")));
  const outputs: Record<string, Value> = { loss };
  for (const metric of training.metrics)
    outputs[metric.name] = metric.definition.result(d.g.withOrigin(metric.name), stateOf(d, metric), metric.options);
  return d.graph("metrics", outputs);
}

// Which memory a training needs: all trained weights in one flat slot (so that an optimizer walks it once), moving
// statistics in another, optimizer slots of the shape of the first, sums of the metrics, and the two counters.

import type { CheckedDataset, CheckedModel, CheckedProgram, CheckedTraining, ModelWeight } from "../check/model.ts";
import type { OptionRecord, Slot } from "../ir/graph.ts";
import { extents, type TensorType, tensor } from "../ir/types.ts";
import type { LossDef, MetricDef, OptimizerDef } from "../ops/definition.ts";
import { findLoss, findMetric, findOptimizer } from "../ops/registry.ts";
import { type Head, headOf } from "./head.ts";

/** What to lower: a model alone (`predict`, `initialize`), or with its training. */
export interface LowerRequest {
  readonly program: CheckedProgram;
  readonly model: CheckedModel;
  readonly training?: CheckedTraining;
  readonly dataset?: CheckedDataset;
}

export interface PlacedWeight {
  readonly weight: ModelWeight;
  readonly start: number;
  readonly shape: readonly number[];
  readonly length: number;
}
export interface MetricPlan {
  /** `accuracy`; unique, a repeated one has `_1`. */
  readonly name: string;
  readonly definition: MetricDef;
  readonly options: OptionRecord;
  readonly state: readonly { readonly name: string; readonly shape: readonly number[] }[];
}
export interface TrainingPlan {
  readonly checked: CheckedTraining;
  readonly dataset: CheckedDataset;
  readonly loss: LossDef;
  readonly lossOptions: OptionRecord;
  readonly optimizer: OptimizerDef;
  readonly optimizerOptions: OptionRecord;
  readonly optimizerSlots: readonly { readonly name: string; readonly initial: number }[];
  readonly metrics: readonly MetricPlan[];
  readonly head: Head;
}
export interface Plan {
  readonly model: CheckedModel;
  readonly slots: readonly Slot[];
  /** Trained by gradient, in the order of the flat slot `weights`. */
  readonly weights: readonly PlacedWeight[];
  readonly weightCount: number;
  /** The others, in the flat slot `state`. */
  readonly state: readonly PlacedWeight[];
  readonly stateCount: number;
  readonly training?: TrainingPlan;
}

function place(weights: readonly ModelWeight[]): readonly PlacedWeight[] {
  let start = 0;
  return weights.map((weight) => {
    const shape = extents(weight.shape, 1);
    const length = shape.reduce((a, b) => a * b, 1);
    const placed = { weight, start, shape, length };
    start += length;
    return placed;
  });
}

const total = (placed: readonly PlacedWeight[]): number => placed.reduce((sum, p) => sum + p.length, 0);

const parts = (within: string, placed: readonly PlacedWeight[], role: Slot["role"]): readonly Slot[] =>
  placed.map((p) => ({
    name: p.weight.path,
    type: tensor("f32", ...p.shape),
    role,
    within: { slot: within, offset: p.start },
  }));

function known<T>(definition: T | undefined, name: string): T {
  if (definition === undefined) throw new Error(`compiler bug: '${name}' was checked but is not in the registry`);
  return definition;
}

/** The loss and metric see predictions without a name for their batch: types include `?`. */
function planTraining(model: CheckedModel, checked: CheckedTraining, dataset: CheckedDataset): TrainingPlan {
  const loss = known(findLoss(checked.loss.name), checked.loss.name);
  const optimizer = known(findOptimizer(checked.optimizer.name), checked.optimizer.name);
  const output = known(
    model.nodes.find((n) => n.id === model.outputs[0]?.value),
    "output",
  );
  const target = known(
    dataset.fields.find((f) => f.role === "target"),
    "target",
  );
  const targetType: TensorType = known(target.nodes[target.nodes.length - 1], "target").type;
  const names = new Set<string>();
  const metrics = checked.metrics.map((use) => {
    const definition = known(findMetric(use.name), use.name);
    let name = use.name;
    for (let i = 1; names.has(name); i++) name = `${use.name}_${i}`;
    names.add(name);
    return { name, definition, options: use.options, state: definition.state(output.type, targetType, use.options) };
  });
  return {
    checked,
    dataset,
    loss,
    lossOptions: checked.loss.options,
    optimizer,
    optimizerOptions: checked.optimizer.options,
    optimizerSlots: optimizer.slots(checked.optimizer.options),
    metrics,
    head: headOf(model, loss, checked.loss.options),
  };
}

export function planSlots(request: LowerRequest): Plan {
  const { model } = request;
  const weights = place(model.weights.filter((w) => w.trainable));
  const state = place(model.weights.filter((w) => !w.trainable));
  const weightCount = total(weights);
  const stateCount = total(state);
  const training =
    request.training === undefined || request.dataset === undefined
      ? undefined
      : planTraining(model, request.training, request.dataset);
  const slots: Slot[] = [];
  if (weightCount > 0)
    slots.push(
      { name: "weights", type: tensor("f32", weightCount), role: "weight" },
      ...parts("weights", weights, "weight"),
    );
  if (stateCount > 0)
    slots.push({ name: "state", type: tensor("f32", stateCount), role: "state" }, ...parts("state", state, "state"));
  if (training !== undefined) {
    if (weightCount > 0)
      for (const { name } of training.optimizerSlots)
        slots.push({ name: `optimizer/${name}`, type: tensor("f32", weightCount), role: "optimizer" });
    for (const name of ["total", "count"])
      slots.push({ name: `metric/loss/${name}`, type: tensor("f32"), role: "metric" });
    for (const metric of training.metrics)
      for (const { name, shape } of metric.state)
        slots.push({ name: `metric/${metric.name}/${name}`, type: tensor("f32", ...shape), role: "metric" });
  }
  slots.push(
    { name: "seed", type: tensor("i32"), role: "counter" },
    { name: "step", type: tensor("i32"), role: "counter" },
  );
  return { model, slots, weights, weightCount, state, stateCount, ...(training === undefined ? {} : { training }) };
}

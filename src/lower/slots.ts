// Lists the memory that a training needs: all trained weights in one flat slot (an optimizer walks it once), moving
// statistics in another, optimizer slots of the shape of the first, sums of the metrics, and the two counters.

import { CompilerBug } from "../base/compilerBug.ts";
import type { CheckedDataset, CheckedModel, CheckedProgram, CheckedTraining, ModelWeight } from "../check/model.ts";
import type { OptionRecord, Slot } from "../ir/graph.ts";
import { type SlotSpace, seedSlot, slotName, stepSlot } from "../ir/slots.ts";
import { extents, type TensorType, tensor } from "../ir/types.ts";
import type { LossDef, MetricDef, OptimizerDef } from "../ops/definition.ts";
import { findLoss, findMetric, findOptimizer } from "../ops/registry.ts";
import { type Head, headOf } from "./head.ts";

/** A model to lower, alone (`predict`, `initialize`) or with its training. */
export interface LowerRequest {
  readonly program: CheckedProgram;
  readonly model: CheckedModel;
  readonly training?: CheckedTraining;
  readonly dataset?: CheckedDataset;
}

export interface PlacedWeight {
  readonly weight: ModelWeight;
  readonly slot: string;
  readonly start: number;
  readonly shape: readonly number[];
  readonly length: number;
}
/** A slot that a definition knows under a name of its own, such as `momentum` or `total`. */
export interface KeptSlot {
  readonly name: string;
  readonly slot: string;
  readonly type: TensorType;
  /** The number that all of its elements start from. */
  readonly initial: number;
}
export interface MetricPlan {
  /** `accuracy`; names are unique, and a repeated one gets `_1`. */
  readonly name: string;
  readonly definition: MetricDef;
  readonly options: OptionRecord;
  readonly state: readonly KeptSlot[];
}
export interface TrainingPlan {
  readonly checked: CheckedTraining;
  readonly dataset: CheckedDataset;
  readonly loss: LossDef;
  readonly lossOptions: OptionRecord;
  readonly optimizer: OptimizerDef;
  readonly optimizerOptions: OptionRecord;
  readonly optimizerSlots: readonly KeptSlot[];
  /** The sum of the losses and the number of samples. */
  readonly lossState: readonly KeptSlot[];
  readonly metrics: readonly MetricPlan[];
  readonly head: Head;
}
export interface Plan {
  readonly model: CheckedModel;
  readonly slots: readonly Slot[];
  /** The weights that gradients train, in the order of the flat slot `weights`. */
  readonly weights: readonly PlacedWeight[];
  readonly weightCount: number;
  /** The other weights, in the flat slot `state`. */
  readonly state: readonly PlacedWeight[];
  readonly training?: TrainingPlan;
}

/** The compiler's own slots: one holds all trained weights, the other holds all others. */
export const allWeights = slotName("whole", "weights");
export const allState = slotName("whole", "state");

function place(weights: readonly ModelWeight[]): readonly PlacedWeight[] {
  let start = 0;
  return weights.map((weight) => {
    const shape = extents(weight.shape, 1);
    const length = shape.reduce((a, b) => a * b, 1);
    const placed = { weight, slot: slotName("weight", weight.path), start, shape, length };
    start += length;
    return placed;
  });
}

const total = (placed: readonly PlacedWeight[]): number => placed.reduce((sum, p) => sum + p.length, 0);

/** Makes one slot for all of `placed`, and each of them a part of it; no slot if there is nothing to hold. */
function wholeAndParts(whole: string, placed: readonly PlacedWeight[], role: Slot["role"]): readonly Slot[] {
  if (placed.length === 0) return [];
  const parts = placed.map(
    ({ slot, shape, start }): Slot => ({
      name: slot,
      type: tensor("f32", ...shape),
      role,
      within: { slot: whole, offset: start },
    }),
  );
  return [{ name: whole, type: tensor("f32", total(placed)), role }, ...parts];
}

/** `owner` says whose slot it is, if the space holds slots of several. */
function kept(
  space: SlotSpace,
  name: string,
  { owner, shape = [], initial = 0 }: { owner?: string; shape?: readonly number[]; initial?: number } = {},
): KeptSlot {
  const slot = slotName(space, owner === undefined ? name : `${owner}/${name}`);
  return { name, slot, type: tensor("f32", ...shape), initial };
}

function known<T>(definition: T | undefined, name: string): T {
  if (definition === undefined) throw new CompilerBug(`'${name}' was checked but is not in the registry`);
  return definition;
}

/** Returns the metrics of a training; repeated names get a number. */
function planMetrics(checked: CheckedTraining, output: TensorType, target: TensorType): readonly MetricPlan[] {
  const names = new Set<string>();
  return checked.metrics.map((use) => {
    const definition = known(findMetric(use.name), use.name);
    let name = use.name;
    for (let i = 1; names.has(name); i++) name = `${use.name}_${i}`;
    names.add(name);
    const states = definition.state(output, target, use.options);
    const state = states.map((each) => kept("metric", each.name, { owner: name, shape: each.shape }));
    return { name, definition, options: use.options, state };
  });
}

/** The loss and the metrics see predictions whose batch has no name: types include `?`. */
function planTraining(
  model: CheckedModel,
  checked: CheckedTraining,
  dataset: CheckedDataset,
  weightCount: number,
): TrainingPlan {
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
  const metrics = planMetrics(checked, output.type, targetType);
  return {
    checked,
    dataset,
    loss,
    lossOptions: checked.loss.options,
    optimizer,
    optimizerOptions: checked.optimizer.options,
    optimizerSlots:
      weightCount === 0
        ? []
        : optimizer
            .slots(checked.optimizer.options)
            .map(({ name, initial }) => kept("optimizer", name, { shape: [weightCount], initial })),
    lossState: ["total", "count"].map((name) => kept("loss", name)),
    metrics,
    head: headOf(model, loss, checked.loss.options),
  };
}

export function planSlots(request: LowerRequest): Plan {
  const { model } = request;
  const weights = place(model.weights.filter((w) => w.trainable));
  const state = place(model.weights.filter((w) => !w.trainable));
  const weightCount = total(weights);
  const training =
    request.training === undefined || request.dataset === undefined
      ? undefined
      : planTraining(model, request.training, request.dataset, weightCount);
  const slots = [
    ...wholeAndParts(allWeights, weights, "weight"),
    ...wholeAndParts(allState, state, "state"),
    ...slotsOf(training?.optimizerSlots, "optimizer"),
    ...slotsOf(training?.lossState, "metric"),
    ...slotsOf(
      training?.metrics.flatMap((metric) => metric.state),
      "metric",
    ),
    ...[seedSlot, stepSlot].map((name): Slot => ({ name, type: tensor("i32"), role: "counter" })),
  ];
  return { model, slots, weights, weightCount, state, ...(training === undefined ? {} : { training }) };
}

const slotsOf = (keptSlots: readonly KeptSlot[] = [], role: Slot["role"]): readonly Slot[] =>
  keptSlots.map(({ slot, type }) => ({ name: slot, type, role }));

// Lists the memory that a training needs: the weights of each group in one flat slot (an optimizer walks it once), moving
// statistics in another, optimizer slots of the shape of the first, sums of the losses and metrics, and the two counters.

import { CompilerBug } from "../base/compilerBug.ts";
import type {
  CheckedDataset,
  CheckedModel,
  CheckedProgram,
  CheckedTraining,
  LossTerm,
  MetricUse,
  ModelWeight,
  TrainStep,
  WeightGroup,
} from "../check/model.ts";
import { type ReportNames, reportNames } from "../check/training/monitors.ts";
import type { OptionRecord, Slot } from "../ir/graph.ts";
import { type SlotSpace, seedSlot, slotName, stepSlot, totalSlot } from "../ir/slots.ts";
import { extents, type TensorType, tensor } from "../ir/types.ts";
import type { MetricDef, OptimizerDef, Variable } from "../ops/definition.ts";
import { optimizerSlots } from "../ops/optimizer.ts";
import { findMetric, findOptimizer } from "../ops/registry.ts";
import { type Head, headsOf } from "./head.ts";
import { rateStates, spansTraining } from "./rate.ts";

/** A model to lower, alone (`predict`, `initialize`) or with its training. */
export interface LowerRequest {
  readonly program: CheckedProgram;
  readonly model: CheckedModel;
  readonly training?: CheckedTraining;
  readonly dataset?: CheckedDataset;
  /** The data set whose columns `predict` reads in place of the model's inputs. */
  readonly rows?: CheckedDataset;
  /** Whether `predict` is a probe for numbers that are not finite, in a training step. */
  readonly probe?: true;
}

export interface PlacedWeight {
  readonly weight: ModelWeight;
  readonly slot: string;
  readonly start: number;
  readonly shape: readonly number[];
  readonly length: number;
}
/** A flat slot and the weights that are its parts. */
export interface Whole {
  readonly slot: string;
  readonly role: Slot["role"];
  readonly parts: readonly PlacedWeight[];
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
  readonly use: MetricUse;
  readonly definition: MetricDef;
  readonly options: OptionRecord;
  readonly state: readonly KeptSlot[];
}
/** Weights with the optimizer that trains them. */
export interface GroupPlan {
  readonly checked: WeightGroup;
  readonly whole: Whole;
  readonly optimizer: OptimizerDef;
  readonly options: OptionRecord;
  readonly slots: readonly KeptSlot[];
  /** What the learning rate keeps. */
  readonly rate: readonly KeptSlot[];
}
export interface TermPlan {
  readonly checked: LossTerm;
  /** The sum of its values, and the name in reports; undefined if it is the whole loss. */
  readonly sum?: KeptSlot;
}
export interface StepPlan {
  readonly checked: TrainStep;
  readonly terms: readonly TermPlan[];
  /** The sum of its losses; undefined if it is the only step. */
  readonly sum?: KeptSlot;
  readonly groups: readonly GroupPlan[];
}
export interface TrainingPlan {
  readonly checked: CheckedTraining;
  readonly dataset: CheckedDataset;
  readonly steps: readonly StepPlan[];
  /** The sum of the losses and the number of samples. */
  readonly lossState: readonly KeptSlot[];
  readonly metrics: readonly MetricPlan[];
  /** By the names of outputs. */
  readonly heads: ReadonlyMap<string, Head>;
}
export interface Plan {
  readonly model: CheckedModel;
  /** The data set whose columns `predict` reads in place of the model's inputs. */
  readonly rows?: CheckedDataset;
  readonly slots: readonly Slot[];
  /** All weights and statistics. */
  readonly wholes: readonly Whole[];
  readonly training?: TrainingPlan;
}

/** Lays weights out in one slot, one after another. */
function whole(slot: string, role: Slot["role"], weights: readonly ModelWeight[]): Whole {
  let start = 0;
  const parts = weights.map((weight) => {
    const shape = extents(weight.shape, 1);
    const length = shape.reduce((a, b) => a * b, 1);
    const placed = { weight, slot: slotName("weight", weight.path), start, shape, length };
    start += length;
    return placed;
  });
  return { slot, role, parts, length: start };
}

/** Makes one slot for all of them, and each of them a part of it; no slot if there is nothing to hold. */
function wholeAndParts({ slot: name, role, parts, length }: Whole): readonly Slot[] {
  if (parts.length === 0) return [];
  const within = parts.map(
    ({ slot, shape, start }): Slot => ({
      name: slot,
      type: tensor("f32", ...shape),
      role,
      within: { slot: name, offset: start },
    }),
  );
  return [{ name, type: tensor("f32", length), role }, ...within];
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

function typeOfTarget(dataset: CheckedDataset, name: string): TensorType {
  const target = known(
    dataset.fields.find((field) => field.name === name),
    name,
  );
  return known(target.nodes[target.nodes.length - 1], name).type;
}

/** The metrics see predictions whose batch has no name: types include `?`. */
function planMetrics(
  model: CheckedModel,
  checked: CheckedTraining,
  dataset: CheckedDataset,
  heads: ReadonlyMap<string, Head>,
  names: ReportNames,
): readonly MetricPlan[] {
  return checked.metrics.map((use, i) => {
    const definition = known(findMetric(use.name), use.name);
    const name = known(names.metrics[i], use.shown);
    const output = known(model.nodes[heads.get(use.output)?.value ?? -1], use.output);
    const states = definition.state(output.type, typeOfTarget(dataset, use.target), use.options);
    const state = states.map((each) => kept("metric", each.name, { owner: name, shape: each.shape }));
    return { name, use, definition, options: use.options, state };
  });
}

/** Returns the parts of a slot of weights, as optimizers see them. */
export const variablesOf = ({ parts }: Whole): readonly Variable[] =>
  parts.map(({ weight, start, shape }) => ({ name: weight.path, start, shape }));

function planGroup(model: CheckedModel, checked: WeightGroup): GroupPlan {
  const { name, optimizer: use } = checked;
  const optimizer = known(findOptimizer(use.name), use.name);
  const paths = new Set(checked.weights);
  const own = model.weights.filter(({ path }) => paths.has(path));
  const placed = whole(slotName("whole", name === undefined ? "weights" : `weights/${name}`), "weight", own);
  const owner = name === undefined ? {} : { owner: name };
  const slots =
    placed.length === 0
      ? []
      : optimizerSlots(optimizer, use.options, variablesOf(placed)).map(({ name: slot, initial, length }) =>
          kept("optimizer", slot, { ...owner, shape: [length], initial }),
        );
  const rate = rateStates(use.options).map(({ name: state, initial }) => ({
    ...kept("optimizer", `learning_rate/${state}`, { ...owner, initial }),
    name: state,
  }));
  return { checked, whole: placed, optimizer, options: use.options, slots, rate };
}

function planTraining(model: CheckedModel, checked: CheckedTraining, dataset: CheckedDataset): TrainingPlan {
  const names = reportNames(checked);
  const terms = checked.steps.flatMap((step) => step.terms);
  const sumOf = (name: string | undefined): { readonly sum?: KeptSlot } =>
    name === undefined ? {} : { sum: kept("loss", name) };
  const steps = checked.steps.map((step, i): StepPlan => {
    const own = names.steps[i];
    return {
      checked: step,
      ...sumOf(own?.sum),
      terms: step.terms.map((term, j) => ({ checked: term, ...sumOf(own?.terms[j]) })),
      groups: step.groups.map((group) => planGroup(model, group)),
    };
  });
  const heads = headsOf(model, terms);
  return {
    checked,
    dataset,
    steps,
    lossState: ["total", "count"].map((name) => kept("loss", name)),
    metrics: planMetrics(model, checked, dataset, heads, names),
    heads,
  };
}

/** Returns the slots of the losses that are reported besides the whole one, in order. */
export const lossSums = ({ steps }: TrainingPlan): readonly KeptSlot[] =>
  steps.flatMap(({ sum, terms }) => [sum, ...terms.map((term) => term.sum)].filter((slot) => slot !== undefined));

export function planSlots(request: LowerRequest): Plan {
  const { model } = request;
  const training =
    request.training === undefined || request.dataset === undefined
      ? undefined
      : planTraining(model, request.training, request.dataset);
  const groups = training?.steps.flatMap((step) => step.groups) ?? [];
  const spans = groups.some(({ options }) => spansTraining(options));
  const grouped = new Set(groups.flatMap(({ checked }) => checked.weights));
  const trainable = model.weights.filter((weight) => weight.trainable && !grouped.has(weight.path));
  const wholes = [
    ...groups.map((group) => group.whole),
    whole(slotName("whole", groups.length === 0 ? "weights" : "still"), "weight", trainable),
    whole(
      slotName("whole", "state"),
      "state",
      model.weights.filter((weight) => !weight.trainable),
    ),
  ].filter(({ parts }) => parts.length > 0);
  const slots = [
    ...wholes.flatMap(wholeAndParts),
    ...slotsOf(
      groups.flatMap((group) => [...group.slots, ...group.rate]),
      "optimizer",
    ),
    ...slotsOf(training === undefined ? [] : [...training.lossState, ...lossSums(training)], "metric"),
    ...slotsOf(
      training?.metrics.flatMap((metric) => metric.state),
      "metric",
    ),
    ...[seedSlot, stepSlot, ...(spans ? [totalSlot] : [])].map(
      (name): Slot => ({ name, type: tensor("i32"), role: "counter" }),
    ),
  ];
  return { model, slots, wholes, ...(training === undefined ? {} : { training }) };
}

const slotsOf = (keptSlots: readonly KeptSlot[] = [], role: Slot["role"]): readonly Slot[] =>
  keptSlots.map(({ slot, type }) => ({ name: slot, type, role }));

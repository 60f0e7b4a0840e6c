// Turns the terms of a step into values of a program: each is a mean over the batch, and their weighted sum is what the
// step minimizes.

import { CompilerBug } from "../base/compilerBug.ts";
import type { LossTerm } from "../check/model.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { Draft } from "../ir/draft.ts";
import type { LossDef } from "../ops/definition.ts";
import { type LossCall, lossOf, lossValues } from "../ops/lossReduction.ts";
import { findLoss } from "../ops/registry.ts";
import { isBatched } from "../ops/shape.ts";
import type { Forward } from "./forward.ts";
import { joinedOptions } from "./head.ts";
import { inlineNodes, type LossNode } from "./inline.ts";
import { weightPenalties } from "./penalties.ts";
import type { StepPlan, TermPlan, TrainingPlan } from "./slots.ts";
import { sampleWeights } from "./weighting.ts";
import type { WeightReader } from "./weights.ts";

/** The values of a batch that a loss may read. */
export interface Seen {
  readonly fields: ReadonlyMap<string, Value>;
  readonly forward: Forward;
  readonly weights: WeightReader;
  readonly training: boolean;
}

/** The losses of a step over one batch, f32 scalars. */
export interface Objective {
  readonly total: Value;
  /** In the order of the step's terms, before their weights. */
  readonly terms: readonly { readonly plan: TermPlan; readonly value: Value }[];
}

/**
 * Returns what a loss reads of its prediction: its mask and weights, and the logits behind it where
 * it works on them, with the options for it.
 */
function judgedBy(
  d: Draft,
  definition: LossDef,
  training: TrainingPlan,
  term: LossTerm,
  { forward, fields }: Seen,
  node: LossNode,
): Pick<LossCall, "options" | "mask" | "weight"> & { readonly prediction?: Value } {
  const judged = term.nodes[node.args[1]];
  const name = judged?.kind === "output" ? judged.name : undefined;
  const ending = name === undefined ? undefined : training.heads.get(name)?.ending;
  const options = joinedOptions(definition, node.options, ending);
  const mask = name === undefined ? undefined : forward.masks.get(name);
  // An expression is what it says; only a loss alone counts by the weights of samples.
  const whole = node.id === term.value && name !== undefined;
  const weight = whole ? sampleWeights(d, training.checked, fields, name) : undefined;
  if (options === undefined || name === undefined) return { options: node.options, mask, weight };
  const prediction = forward.logits.get(name);
  if (prediction === undefined) throw new CompilerBug(`the output '${name}' has no logits`);
  return { prediction, options, mask, weight };
}

/** Returns a loss: reduced if it is the whole term, otherwise its values. */
function lossValue(
  d: Draft,
  g: Builder,
  training: TrainingPlan,
  term: LossTerm,
  seen: Seen,
  node: LossNode,
  [target, prediction]: readonly [Value, Value],
): Value {
  const definition = findLoss(node.loss);
  if (definition === undefined) throw new CompilerBug(`no loss '${node.loss}'`);
  const call = { prediction, target, ...judgedBy(d, definition, training, term, seen, node) };
  if (node.id === term.value) return lossOf(g, definition, call);
  // Within an expression, a loss about the whole batch is the one number that it is, whatever is masked.
  const { values, weights } = lossValues(g, definition, isBatched(node.type) ? call : { ...call, mask: undefined });
  return weights === undefined ? values : g.mul(values, weights);
}

/** Returns the mean of a term over all that it has a value for. */
function termValue(d: Draft, training: TrainingPlan, term: LossTerm, seen: Seen): Value {
  const g = d.g.withOrigin("loss", term.span);
  const weightless = (): never => {
    throw new CompilerBug("a loss has no weights");
  };
  const valueNamed = (values: ReadonlyMap<string, Value>, name: string): Value => {
    const value = values.get(name);
    if (value === undefined) throw new CompilerBug(`a loss reads '${name}', which has no value`);
    return value;
  };
  const values = inlineNodes(d, term.nodes, {
    training: seen.training,
    owner: "loss",
    input: (node) => valueNamed(seen.fields, node.name),
    output: (node) => valueNamed(seen.forward.outputs, node.name),
    loss: (node, args) => lossValue(d, g, training, term, seen, node, args),
    weight: weightless,
    read: weightless,
  });
  const value = values.get(term.value);
  if (value === undefined) throw new CompilerBug("a loss without a value");
  const axes = value.type.shape.map((_, i) => i);
  return axes.length === 0 ? value : g.mean(value, axes);
}

/** Returns the values of a step's terms, and their weighted sum with all penalties. */
export function objectiveOf(d: Draft, training: TrainingPlan, step: StepPlan, seen: Seen): Objective {
  const values = step.terms.map((plan) => ({ plan, value: termValue(d, training, plan.checked, seen) }));
  const g = d.g.withOrigin("loss");
  const weighted = values.map(({ plan, value }) =>
    plan.checked.weight === 1 ? value : g.mul(value, plan.checked.weight),
  );
  const penalties = [...seen.forward.penalties, ...weightPenalties(d, step, seen.weights)];
  return { total: sumOf(g, [...weighted, ...penalties]), terms: values };
}

/** Adds scalars in their order. */
export const sumOf = (g: Builder, values: readonly Value[]): Value =>
  values.length === 0 ? g.constant(0) : values.reduce((sum, value) => g.add(sum, value));

// One update of weights: the gradient of a loss by each group of weights, and the rule of the group's optimizer.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { Draft } from "../ir/draft.ts";
import type { OptionRecord, Update } from "../ir/graph.ts";
import { tensor } from "../ir/types.ts";
import type { OptimizerCall } from "../ops/definition.ts";
import { lossScale, takenSteps } from "../ops/lossScale.ts";
import { optimizerStep } from "../ops/optimizer.ts";
import { maybeNumber } from "../ops/options.ts";
import { findConstraint } from "../ops/registry.ts";
import { readKept, writeKept } from "./kept.ts";
import { rateOf, totalSteps } from "./rate.ts";
import { type GroupPlan, variablesOf, type Whole } from "./slots.ts";
import type { WeightReader } from "./weights.ts";

interface Progress {
  /** f32 scalar: the value to make smaller. */
  readonly loss: Value;
  /** i32 scalar: the number of steps before this one. */
  readonly step: Value;
}

/** Computes the gradient of the loss by the weights of a group, one after another. */
function flatGradient(d: Draft, g: Builder, whole: Whole, weights: WeightReader, loss: Value): Value {
  const parts = whole.parts.map(({ weight, shape, length }) => {
    const read = weights.known(weight.path);
    // A weight that nothing reads has gradient 0.
    const gradient = read === undefined ? g.constant(0, tensor("f32", ...shape)) : d.gradient(loss, read);
    return g.reshape(gradient, [length]);
  });
  return g.concat(parts, 0);
}

/** Returns the loss times its scale; the optimizer divides the gradient by it again. */
function scaledLoss(g: Builder, loss: Value, options: OptionRecord, slots: OptimizerCall["slots"]): Value {
  const factor = lossScale(g, options, slots) ?? maybeNumber(options, "loss_scale_factor");
  return factor === undefined ? loss : g.mul(loss, factor);
}

/** Applies the constraints of weights to their new values. */
function constrained(d: Draft, { parts }: Whole, flat: Value): Value {
  if (parts.every(({ weight }) => weight.constraint === undefined)) return flat;
  const kept = parts.map(({ weight: { path, constraint, span }, start, shape, length }) => {
    const g = d.g.withOrigin(path, span);
    const part = g.slice(flat, [start], [length]);
    if (constraint === undefined) return part;
    const definition = findConstraint(constraint.name);
    if (definition === undefined) throw new CompilerBug(`no constraint '${constraint.name}'`);
    return g.reshape(definition.expand(g, g.reshape(part, shape), constraint.options), [length]);
  });
  return d.g.withOrigin("constraints").concat(kept, 0);
}

/** Trains groups of weights on one loss. Readers of `weights` get the new values afterwards. */
export function optimize(
  d: Draft,
  groups: readonly GroupPlan[],
  weights: WeightReader,
  { loss, step }: Progress,
): readonly Update[] {
  const updates: Update[] = [];
  const changed: (readonly [Whole, Value])[] = [];
  for (const { checked, whole, optimizer, options, slots, rate } of groups) {
    if (whole.length === 0) continue;
    const g = d.g.withOrigin(optimizer.name, checked.optimizer.span);
    const state = readKept(g, slots);
    const number = takenSteps(g, options, state, g.cast(step, "f32"));
    const call: OptimizerCall = {
      weights: weights.flat(whole),
      gradient: flatGradient(d, g, whole, weights, scaledLoss(g, loss, options, state)),
      slots: state,
      step: number,
      rate: rateOf(g, options, { step: number, total: () => totalSteps(g), state: readKept(g, rate) }),
      options,
      variables: variablesOf(whole),
    };
    const next = optimizerStep(g, optimizer, call, (flat) => constrained(d, whole, flat));
    updates.push({ slot: whole.slot, value: next.weights.id }, ...writeKept(slots, next.slots));
    changed.push([whole, next.weights]);
  }
  for (const [whole, after] of changed) weights.update(whole, after);
  return updates;
}

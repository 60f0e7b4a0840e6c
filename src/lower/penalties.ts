// The penalties that are added to a loss, as Keras orders them: those on results of layers, in the order of the layers, then
// those on trained weights.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { Draft } from "../ir/draft.ts";
import { batchSize } from "../ir/size.ts";
import type { InitializerUse } from "../ops/definition.ts";
import { findRegularizer } from "../ops/registry.ts";
import type { CallNode } from "./inline.ts";
import type { StepPlan } from "./slots.ts";
import type { WeightReader } from "./weights.ts";

function penalty(g: Builder, { name, options }: InitializerUse, x: Value): Value {
  const definition = findRegularizer(name);
  if (definition === undefined) throw new CompilerBug(`no regularizer '${name}'`);
  return definition.expand(g, x, options);
}

/** Returns the penalties on a result of a layer, divided by the number of samples. */
export function activityPenalties(d: Draft, node: CallNode, result: Value): readonly Value[] {
  if (result.type.dtype !== "f32") return [];
  const g = d.g.withOrigin(node.path, node.span);
  return (node.penalties ?? []).map((use) => g.div(penalty(g, use, result), g.size(batchSize)));
}

/** Returns the penalties on the weights that a step trains. */
export const weightPenalties = (d: Draft, { groups }: StepPlan, weights: WeightReader): readonly Value[] =>
  groups
    .flatMap(({ whole }) => whole.parts)
    .flatMap(({ weight: { path, regularizer, span } }) =>
      regularizer === undefined ? [] : [penalty(d.g.withOrigin(path, span), regularizer, weights.weight(path))],
    );

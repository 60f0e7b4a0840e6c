// The program that sets every slot to its first value. The weight's path is the key of its random numbers, so a
// new layer changes no other layer's weights.

import { CompilerBug } from "../base/compilerBug.ts";
import { fnv1a } from "../base/hash.ts";
import type { Builder, Value } from "../ir/builder.ts";
import { type Draft, draft } from "../ir/draft.ts";
import type { OpGraph, Update } from "../ir/graph.ts";
import { seedSlot, stepSlot, totalSlot } from "../ir/slots.ts";
import { tensor } from "../ir/types.ts";
import type { WeightDef } from "../ops/definition.ts";
import { findInitializer } from "../ops/registry.ts";
import { type KeptSlot, lossSums, type PlacedWeight, type Plan, type TrainingPlan } from "./slots.ts";

function initialValues(d: Draft, placed: readonly PlacedWeight[], seed: () => Value): Value {
  const parts = placed.map(({ weight, shape, length }) => {
    const g = d.g.withOrigin(weight.path, weight.span);
    const definition = findInitializer(weight.initializer.name);
    if (definition === undefined) throw new CompilerBug(`no initializer '${weight.initializer.name}'`);
    const value = definition.expand(g, shape, weight.initializer.options, (salt) =>
      g.random(tensor("f32", ...shape), seed(), g.constant(0, tensor("i32")), fnv1a(`initial/${salt}/${weight.path}`)),
    );
    const first = weight.root === true ? g.map("sqrt", value) : value;
    return g.reshape(withOnes(g, first, weight), [length]);
  });
  return d.g.withOrigin("initialize").concat(parts, 0);
}

/** The value with a part of its last axis at 1, where the weight says so. */
function withOnes(g: Builder, value: Value, { ones }: WeightDef): Value {
  if (ones === undefined) return value;
  const { shape } = value.type;
  const last = shape.length - 1;
  const size = shape[last];
  const part = (from: number, to: number): Value =>
    g.slice(
      value,
      shape.map((_, axis) => (axis === last ? from : 0)),
      shape.with(last, to - from),
    );
  const [from, to] = ones;
  const rest = typeof size === "number" && size > to ? [part(to, size)] : [];
  const one = g.constant(1, { dtype: "f32", shape: shape.with(last, to - from) });
  return g.concat([...(from > 0 ? [part(0, from)] : []), one, ...rest], last);
}

export function initializeGraph({ wholes, slots, training }: Plan): OpGraph {
  const d = draft();
  let seedValue: Value | undefined;
  const seed = (): Value => {
    seedValue ??= d.g.withOrigin("seed").param(seedSlot, tensor("i32"));
    return seedValue;
  };
  const updates: Update[] = wholes.map(({ slot, parts }) => ({ slot, value: initialValues(d, parts, seed).id }));
  const g = d.g.withOrigin("initialize");
  for (const { slot, type, initial } of training === undefined ? [] : keptSlots(training))
    updates.push({ slot, value: g.constant(initial, type).id });
  updates.push({ slot: stepSlot, value: g.constant(0, tensor("i32")).id });
  // Until somebody says how long the training is.
  if (slots.some(({ name }) => name === totalSlot))
    updates.push({ slot: totalSlot, value: g.constant(1, tensor("i32")).id });
  return d.graph("initialize", {}, updates);
}

const keptSlots = (training: TrainingPlan): readonly KeptSlot[] => [
  ...training.steps.flatMap(({ groups }) => groups.flatMap(({ slots, rate }) => [...slots, ...rate])),
  ...training.lossState,
  ...lossSums(training),
  ...training.metrics.flatMap(({ state }) => state),
];

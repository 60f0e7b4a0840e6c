// The program that sets every slot to its first value. Random numbers are keyed by the weight's path, so that adding a
// layer changes no other layer's weights.

import { fnv1a } from "../base/hash.ts";
import type { Value } from "../ir/builder.ts";
import { type Draft, draft } from "../ir/draft.ts";
import type { OpGraph, Update } from "../ir/graph.ts";
import { tensor } from "../ir/types.ts";
import { findInitializer } from "../ops/registry.ts";
import type { PlacedWeight, Plan } from "./slots.ts";

function initialValues(d: Draft, placed: readonly PlacedWeight[], seed: () => Value): Value {
  const parts = placed.map(({ weight, shape, length }) => {
    const g = d.g.withOrigin(weight.path, weight.span);
    const definition = findInitializer(weight.initializer.name);
    if (definition === undefined) throw new Error(`compiler bug: no initializer '${weight.initializer.name}'`);
    const value = definition.expand(g, shape, weight.initializer.options, (salt) =>
      g.random(tensor("f32", ...shape), seed(), g.constant(0, tensor("i32")), fnv1a(`initial/${salt}/${weight.path}`)),
    );
    return g.reshape(value, [length]);
  });
  return d.g.withOrigin("initialize").concat(parts, 0);
}

export function initializeGraph(plan: Plan): OpGraph {
  const d = draft();
  let seedValue: Value | undefined;
  const seed = (): Value => {
    seedValue ??= d.g.withOrigin("seed").param("seed", tensor("i32"));
    return seedValue;
  };
  const updates: Update[] = [];
  if (plan.weightCount > 0) updates.push({ slot: "weights", value: initialValues(d, plan.weights, seed).id });
  if (plan.stateCount > 0) updates.push({ slot: "state", value: initialValues(d, plan.state, seed).id });
  const g = d.g.withOrigin("initialize");
  for (const slot of plan.slots) {
    if (slot.role === "optimizer") {
      const name = slot.name.slice("optimizer/".length);
      const initial = plan.training?.optimizerSlots.find((s) => s.name === name)?.initial ?? 0;
      updates.push({ slot: slot.name, value: g.constant(initial, slot.type).id });
    } else if (slot.role === "metric" || slot.name === "step") {
      updates.push({ slot: slot.name, value: g.constant(0, slot.type).id });
    }
  }
  return d.graph("initialize", {}, updates);
}

// Reads the weights of a model in one program: from their slots first, and after an update in the same program as parts of
// the new values.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Value } from "../ir/builder.ts";
import type { Draft } from "../ir/draft.ts";
import { tensor } from "../ir/types.ts";
import type { PlacedWeight, Plan, Whole } from "./slots.ts";

export interface WeightReader {
  /** The present value of a weight, the same for all its readers. Undefined if nothing has read it. */
  known(path: string): Value | undefined;
  /** Reads a weight from its slot once. */
  weight(path: string): Value;
  /** The same for what a step trains. Statistics change within a step, so each of their reads has its own place. */
  read(path: string): Value;
  /** From now on the weights of `whole` are the parts of `values`, a flat vector, for gradients a vector of numbers. */
  update(whole: Whole, values: Value): void;
}

export function weightReader(d: Draft, plan: Plan): WeightReader {
  const values = new Map<string, Value>();
  const updated = new Map<string, Value>();
  const placed = new Map<string, { readonly place: PlacedWeight; readonly whole: Whole }>();
  for (const whole of plan.wholes) for (const place of whole.parts) placed.set(place.weight.path, { place, whole });
  const fresh = (path: string): Value => {
    const found = placed.get(path);
    if (found === undefined) throw new CompilerBug(`no place for the weight '${path}'`);
    const { place, whole } = found;
    const g = d.g.withOrigin(path);
    const flat = updated.get(whole.slot);
    if (flat === undefined) return g.param(place.slot, tensor("f32", ...place.shape));
    return g.reshape(g.slice(flat, [place.start], [place.length]), place.shape);
  };
  const weight = (path: string): Value => {
    const value = values.get(path) ?? fresh(path);
    values.set(path, value);
    return value;
  };
  return {
    known: (path) => values.get(path),
    weight,
    read: (path) => (placed.get(path)?.whole.role === "state" ? fresh(path) : weight(path)),
    update(whole, after) {
      // They depend on all that this update has seen, and no later step trains that way.
      updated.set(whole.slot, d.g.map("stop_gradient", after));
      for (const { weight: changed } of whole.parts) values.delete(changed.path);
    },
  };
}

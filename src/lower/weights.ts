// Reads the weights of a model in one program: from their slots first, and after an update in the same program as parts of
// the new values. A layer may also replace a weight that a step trains; the step then starts from the replaced value.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Value } from "../ir/builder.ts";
import type { Draft } from "../ir/draft.ts";
import type { Update } from "../ir/graph.ts";
import { tensor } from "../ir/types.ts";
import type { PlacedWeight, Plan, Whole } from "./slots.ts";

export interface WeightReader {
  /** The value of a weight before layers replaced it, for gradients. Undefined if nothing has read it. */
  known(path: string): Value | undefined;
  /** Reads a weight: from its slot once, or as a layer has replaced it since. */
  weight(path: string): Value;
  /** The same for what a step trains. Statistics change within a step, so each of their reads has its own place. */
  read(path: string): Value;
  /** Whether each use in training replaces the weight, though it is no statistic. */
  assigned(path: string): boolean;
  /** From now on the weight has this value; a gradient by `known` goes through it. */
  assign(path: string, value: Value): void;
  /** The present values of `whole`, a flat vector. */
  flat(whole: Whole): Value;
  /** From now on the weights of `whole` are the parts of `values`, a flat vector, for gradients a vector of numbers. */
  update(whole: Whole, values: Value): void;
  /** Adds what layers have replaced since to the updates of the program. */
  settle(updates: readonly Update[]): readonly Update[];
}

interface Placed {
  readonly place: PlacedWeight;
  readonly whole: Whole;
}

export function weightReader(d: Draft, plan: Plan): WeightReader {
  const first = new Map<string, Value>();
  const values = new Map<string, Value>();
  const updated = new Map<string, Value>();
  const replaced = new Map<string, Value>();
  const placed = new Map<string, Placed>();
  for (const whole of plan.wholes) for (const place of whole.parts) placed.set(place.weight.path, { place, whole });
  const placeOf = (path: string): Placed => {
    const found = placed.get(path);
    if (found === undefined) throw new CompilerBug(`no place for the weight '${path}'`);
    return found;
  };
  const fresh = (path: string): Value => {
    const { place, whole } = placeOf(path);
    const g = d.g.withOrigin(path);
    const flat = updated.get(whole.slot);
    if (flat === undefined) return g.param(place.slot, tensor("f32", ...place.shape));
    return g.reshape(g.slice(flat, [place.start], [place.length]), place.shape);
  };
  const weight = (path: string): Value => {
    const value = values.get(path) ?? fresh(path);
    values.set(path, value);
    if (!first.has(path)) first.set(path, value);
    return value;
  };
  const flat = (whole: Whole): Value => {
    const g = d.g.withOrigin("weights");
    const base = updated.get(whole.slot) ?? g.param(whole.slot, tensor("f32", whole.length));
    return withReplaced(base, whole, replaced, g);
  };
  return {
    known: (path) => first.get(path),
    weight,
    read: (path) => (placed.get(path)?.whole.role === "state" ? fresh(path) : weight(path)),
    assigned: (path) => {
      const { place, whole } = placeOf(path);
      return place.weight.assigned === true && whole.role === "weight";
    },
    assign(path, value) {
      values.set(path, value);
      replaced.set(path, value);
    },
    flat,
    update(whole, after) {
      // They depend on all that this update has seen, and no later step trains that way.
      updated.set(whole.slot, d.g.map("stop_gradient", after));
      for (const { weight: changed } of whole.parts)
        for (const known of [first, values, replaced]) known.delete(changed.path);
    },
    settle: (updates) => {
      const late = [...replaced].map(([path, value]) => ({ ...placeOf(path), value }));
      return settled(updates, late, flat);
    },
  };
}

function settled(
  updates: readonly Update[],
  late: readonly (Placed & { readonly value: Value })[],
  flat: (whole: Whole) => Value,
): readonly Update[] {
  const changed = new Map(late.map(({ whole }) => [whole.slot, whole]));
  const trained = new Set(updates.map(({ slot }) => slot));
  const merged = updates.map((update): Update => {
    const whole = changed.get(update.slot);
    return whole === undefined ? update : { ...update, value: flat(whole).id };
  });
  const alone = late.filter(({ whole }) => !trained.has(whole.slot));
  return [...merged, ...alone.map(({ place, value }): Update => ({ slot: place.slot, value: value.id }))];
}

/** A flat vector with the values of those of its parts that layers have replaced. */
function withReplaced(base: Value, whole: Whole, replaced: ReadonlyMap<string, Value>, g: Draft["g"]): Value {
  const pieces: Value[] = [];
  let from = 0;
  const keepTo = (end: number): void => {
    if (end > from) pieces.push(g.slice(base, [from], [end - from]));
  };
  for (const { weight, start, length } of whole.parts) {
    const value = replaced.get(weight.path);
    if (value === undefined) continue;
    keepTo(start);
    pieces.push(g.reshape(value, [length]));
    from = start + length;
  }
  if (pieces.length === 0) return base;
  keepTo(whole.length);
  return g.concat(pieces, 0);
}

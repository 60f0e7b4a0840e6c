// Reads and writes the slots that a definition knows under names of its own.

import type { Builder, Value } from "../ir/builder.ts";
import type { Update } from "../ir/graph.ts";
import type { KeptSlot } from "./slots.ts";

/** Returns the present values, by the definition's names. */
export const readKept = (g: Builder, slots: readonly KeptSlot[]): Readonly<Record<string, Value>> =>
  Object.fromEntries(slots.map(({ name, slot, type }) => [name, g.param(slot, type)]));

/** Returns their new values as updates; a slot without one stays as it is. */
export const writeKept = (slots: readonly KeptSlot[], next: Readonly<Record<string, Value>>): readonly Update[] =>
  slots.flatMap(({ name, slot }) => {
    const value = next[name];
    return value === undefined ? [] : [{ slot, value: value.id }];
  });

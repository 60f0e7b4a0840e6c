// Slots that a definition reads and writes under names of its own, in a program.

import type { Builder, Value } from "../ir/builder.ts";
import type { Update } from "../ir/graph.ts";
import type { KeptSlot } from "./slots.ts";

/** The present values, by the definition's names. */
export const readKept = (g: Builder, slots: readonly KeptSlot[]): Readonly<Record<string, Value>> =>
  Object.fromEntries(slots.map(({ name, slot, type }) => [name, g.param(slot, type)]));

/** Their new values as updates; a slot without one stays as it is. */
export const writeKept = (slots: readonly KeptSlot[], next: Readonly<Record<string, Value>>): readonly Update[] =>
  slots.flatMap(({ name, slot }) => {
    const value = next[name];
    return value === undefined ? [] : [{ slot, value: value.id }];
  });

// Names of slots. Each kind of slot has its own namespace, so that no name a user chooses can clash with one of the
// compiler's: a layer called `seed` and the seed are two slots.

/**
 * weight: a weight or statistic by its path in the model. whole: all of these in one piece. optimizer, loss, metric: the
 * state of these. counter: the seed, and the number of steps taken.
 */
export type SlotSpace = "weight" | "whole" | "optimizer" | "loss" | "metric" | "counter";

const SEPARATOR = ":";
const labels: { readonly [K in SlotSpace]: (path: string) => string } = {
  weight: (path) => path,
  whole: (path) => path,
  optimizer: (path) => `optimizer/${path}`,
  loss: (path) => `loss/${path}`,
  metric: (path) => `metric/${path}`,
  counter: (path) => path,
};

/** The name of the slot at `path` of a namespace. `param` nodes and updates refer to it. */
export const slotName = (space: SlotSpace, path: string): string => `${space}${SEPARATOR}${path}`;

/** The name of a slot for people: `dense/kernel`, `optimizer/momentum`. It is unique within its namespace only. */
export function labelOf(name: string): string {
  const at = name.indexOf(SEPARATOR);
  const space = name.slice(0, Math.max(at, 0));
  return Object.hasOwn(labels, space) ? labels[space as SlotSpace](name.slice(at + 1)) : name;
}

/** The slots that random numbers depend on: i32 scalars. */
export const seedSlot = slotName("counter", "seed");
export const stepSlot = slotName("counter", "step");
/** The number of steps of the whole training, which whoever trains writes there; only for rates that depend on it. */
export const totalSlot = slotName("counter", "total_steps");

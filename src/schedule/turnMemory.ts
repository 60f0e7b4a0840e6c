// Values that one turn of a kernel's loops makes and uses need memory for one turn only, and each thread can have that for
// itself: the values stay in its cache, and the arena is smaller.

import { range, stageExtents } from "../ir/address.ts";
import { loadsOf } from "../ir/expression.ts";
import type { Address, Kernel } from "../ir/loops.ts";
import { mapPlaces, partAt } from "../ir/places.ts";
import { storesOf } from "./accesses.ts";
import type { Form, Formed, Forms } from "./form.ts";

/** The most elements of a turn: more would not stay in a cache, and each thread needs them. */
const MOST_ELEMENTS = 1 << 19;

/** All places of a kernel in one of its buffers, each with its count of elements and its range without the shared loops. */
function accessesIn(kernel: Kernel, buffer: string) {
  const shared = new Set(kernel.loops.map(({ name }) => name));
  return kernel.stages.flatMap((stage) => {
    const extents = stageExtents(kernel, stage);
    const places = [
      ...loadsOf(stage).map((load) => ({ buffer: load.buffer, address: load.address, count: 1 })),
      ...storesOf(stage),
    ].filter((place) => place.buffer === buffer);
    return places.map(({ address, count }) => {
      const [low, high] = range(without(address, shared), extents);
      return { address, low, high: high + count - 1 };
    });
  });
}

const without = ({ offset, strides }: Address, loops: ReadonlySet<string>): Address => ({
  offset,
  strides: Object.fromEntries(Object.entries(strides).filter(([name]) => !loops.has(name))),
});

/** The elements between the turns of a kernel if each turn stays within its own of them; undefined if one does not. */
function turnOf(kernel: Kernel, buffer: string, start: number): number | undefined {
  if (kernel.loops.length === 0 || kernel.stages.length < 2 || kernel.loops.some(({ at }) => at !== undefined))
    return undefined;
  const accesses = accessesIn(kernel, buffer);
  const steps = kernel.loops.map(({ name }) => accesses[0]?.address.strides[name] ?? 0);
  const turn = Math.min(...steps);
  const isOwn = accesses.every(
    ({ address, low, high }) =>
      kernel.loops.every(({ name }, i) => address.strides[name] === steps[i]) &&
      low + start >= 0 &&
      high + start < turn,
  );
  return isOwn && turn <= MOST_ELEMENTS ? turn : undefined;
}

/** The buffers that a single kernel uses. */
function usedOnce(kernels: readonly Formed[]): ReadonlySet<string> {
  const once = new Set<string>();
  const more = new Set<string>();
  for (const { parts } of kernels)
    for (const buffer of new Set(parts.map((part) => part.buffer))) (once.has(buffer) ? more : once).add(buffer);
  return new Set([...once].filter((buffer) => !more.has(buffer)));
}

/**
 * The kernels with the buffers of single turns instead of those for the whole batch. `canMove` says which buffers may change, and
 * `shrink` is told the new length of each.
 */
export function withTurnMemory(
  runs: readonly (readonly Formed[])[],
  forms: Forms,
  canMove: (buffer: string) => boolean,
  shrink: (buffer: string, length: number) => void,
): readonly (readonly Formed[])[] {
  const once = usedOnce(runs.flat());
  const known = new Map<Form, Map<string, number | undefined>>();
  const turn = ({ form, parts }: Formed, at: number): number | undefined => {
    const { start } = partAt(parts, at);
    const key = `${at} ${start}`;
    const found = known.get(form) ?? new Map<string, number | undefined>();
    known.set(form, found);
    if (!found.has(key)) found.set(key, turnOf(form.kernel, String(at), start));
    return found.get(key);
  };
  return runs.map((run) =>
    run.map((formed) => {
      const own = new Set<string>();
      for (const [i, { buffer }] of formed.parts.entries()) {
        if (!once.has(buffer) || !canMove(buffer)) continue;
        const length = turn(formed, i);
        if (length === undefined) continue;
        own.add(String(i));
        shrink(buffer, length);
      }
      if (own.size === 0) return formed;
      return forms.step(formed, `turn memory ${[...own].join()}`, (kernel) => inTurns(kernel, own));
    }),
  );
}

function inTurns(kernel: Kernel, own: ReadonlySet<string>): Kernel {
  const shared = new Set(kernel.loops.map(({ name }) => name));
  return mapPlaces(kernel, {
    place: ({ buffer, address }) => ({ buffer, address: own.has(buffer) ? without(address, shared) : address }),
    stream: (stream) => stream,
  });
}

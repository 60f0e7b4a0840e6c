// The parts of buffers that a kernel works on. Overlapping places of a buffer are one part, because the order of reads and
// writes matters there; places that never overlap are separate parts. It knows no program.

import { range, stageExtents } from "../../ir/address.ts";
import { type Load, loadsOf } from "../../ir/expression.ts";
import type { Address, Extent, Kernel, Range, Stage, Store } from "../../ir/loops.ts";
import { type Access, mapStagePlaces, type Part } from "../../ir/places.ts";

/** The object that identifies an access: the expression, the store, the stage that scatters, or the range to set. */
export type AccessKey = Load | Store | Stage | Range;

/** Visits all accesses of a stage, always in the same order. */
function visitAccesses(
  stage: Stage,
  visit: (key: AccessKey, buffer: string, address: Address, count: number) => void,
): void {
  for (const load of loadsOf(stage)) visit(load, load.buffer, load.address, 1);
  if (stage.kind === "each" || stage.kind === "reduce")
    for (const store of stage.stores) visit(store, store.buffer, store.address, 1);
  else if (stage.kind === "scatter") {
    visit(stage, stage.buffer, stage.address, 1);
    visit(stage.clear, stage.buffer, stage.clear.address, stage.clear.count);
  } else visit(stage.range, stage.buffer, stage.range.address, stage.range.count);
}

interface Interval {
  low: number;
  high: number;
  /** The part's number, in order of first appearance. */
  part: number;
}

/** The places after overlapping ones are joined. */
function joined(places: Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const place of places.sort((a, b) => a.low - b.low)) {
    const last = result[result.length - 1];
    if (last !== undefined && place.low <= last.high) last.high = Math.max(last.high, place.high);
    else result.push(place);
  }
  return result;
}

export interface Parts {
  /** The parts, in the order in which the kernel first uses them. */
  readonly list: readonly Part[];
  /** The number of the part of each access. */
  readonly of: ReadonlyMap<AccessKey, number>;
  /** The number of the part that holds an access; undefined for a fixed buffer. */
  find(buffer: string, address: Address, extents: ReadonlyMap<string, Extent>): number | undefined;
}

/** The parts of all buffers that are not in `fixed`. */
export function partsOf(kernel: Kernel, fixed: ReadonlySet<string>): Parts {
  const found: { readonly key: AccessKey; readonly buffer: string; readonly low: number; readonly high: number }[] = [];
  for (const stage of kernel.stages) {
    const extents = stageExtents(kernel, stage);
    visitAccesses(stage, (key, buffer, address, count) => {
      if (fixed.has(buffer)) return;
      const [low, high] = range(address, extents);
      found.push({ key, buffer, low, high: high + count - 1 });
    });
  }
  const byBuffer = new Map<string, Interval[]>();
  for (const { buffer, low, high } of found) {
    const places = byBuffer.get(buffer);
    if (places === undefined) byBuffer.set(buffer, [{ low, high, part: -1 }]);
    else if (!places.some((place) => place.low === low && place.high === high)) places.push({ low, high, part: -1 });
  }
  for (const [buffer, places] of byBuffer) byBuffer.set(buffer, joined(places));
  const intervalAt = (buffer: string, low: number): Interval | undefined =>
    byBuffer.get(buffer)?.findLast((interval) => interval.low <= low);
  const list: Part[] = [];
  const of = new Map<AccessKey, number>();
  for (const { key, buffer, low } of found) {
    const interval = intervalAt(buffer, low);
    if (interval === undefined) continue;
    if (interval.part < 0) {
      interval.part = list.length;
      // A guarded read may begin before the buffer, but no part does.
      list.push({ buffer, start: Math.max(0, interval.low) });
    }
    of.set(key, interval.part);
  }
  return { list, of, find: (buffer, address, extents) => intervalAt(buffer, range(address, extents)[0])?.part };
}

type Change = (access: Access, extents: ReadonlyMap<string, Extent>) => Access;

/** The same kernel with its accesses moved. */
export const mapAccesses = (kernel: Kernel, change: Change): Kernel => ({
  ...kernel,
  stages: kernel.stages.map((stage) => {
    const extents = stageExtents(kernel, stage);
    return mapStagePlaces(stage, { place: (access) => change(access, extents), stream: (stream) => stream });
  }),
});

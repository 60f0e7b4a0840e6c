// The parts of buffers that a kernel works on. What it reads and writes of a buffer in overlapping places is one part, for
// there the order of its reads and writes matters; places that never meet are parts of their own. It knows no program.

import { extentMap, range } from "../../ir/address.ts";
import { expressionsOf, mapExpressions, walk } from "../../ir/expression.ts";
import type { Address, Extent, Kernel, Range, Stage, Store } from "../../ir/loops.ts";

/** A buffer from an element on. */
export interface Part {
  readonly buffer: string;
  readonly start: number;
}

/** Where a kernel reads or writes: `count` elements from `address` on. */
export interface Access {
  readonly buffer: string;
  readonly address: Address;
}

/** Extents of all loops that are open in a stage. */
export function stageExtents(kernel: Kernel, stage: Stage): ReadonlyMap<string, Extent> {
  const own = stage.kind === "fill" ? [] : stage.loops;
  const over = stage.kind === "reduce" || stage.kind === "scatter" ? stage.over : [];
  return extentMap(kernel.loops, own, over);
}

/** Visits all accesses of a stage, always in the same order. */
function visitAccesses(stage: Stage, visit: (access: Access, count: number) => void): void {
  for (const expr of expressionsOf(stage))
    walk(expr, (e) => {
      if (e.kind === "load") visit(e, 1);
    });
  if (stage.kind === "each" || stage.kind === "reduce") for (const store of stage.stores) visit(store, 1);
  else if (stage.kind === "scatter") {
    visit(stage, 1);
    visit({ buffer: stage.buffer, address: stage.clear.address }, stage.clear.count);
  } else visit({ buffer: stage.buffer, address: stage.range.address }, stage.range.count);
}

interface Interval {
  low: number;
  high: number;
  /** The part's number, by first appearance. */
  part: number;
}

export interface Parts {
  /** In the order in which the kernel first meets them. */
  readonly list: readonly Part[];
  /** The number of the part that an access lies in; undefined in a buffer that is left alone. */
  find(buffer: string, address: Address, extents: ReadonlyMap<string, Extent>): number | undefined;
}

/** The parts of all buffers but those in `fixed`. */
export function partsOf(kernel: Kernel, fixed: ReadonlySet<string>): Parts {
  const found: { readonly buffer: string; readonly low: number; readonly high: number }[] = [];
  for (const stage of kernel.stages) {
    const extents = stageExtents(kernel, stage);
    visitAccesses(stage, ({ buffer, address }, count) => {
      if (fixed.has(buffer)) return;
      const [low, high] = range(address, extents);
      found.push({ buffer, low, high: high + count - 1 });
    });
  }
  const byBuffer = new Map<string, Interval[]>();
  for (const { buffer, low, high } of [...found].sort((a, b) => a.low - b.low)) {
    const intervals = byBuffer.get(buffer) ?? [];
    const last = intervals[intervals.length - 1];
    if (last !== undefined && low <= last.high) last.high = Math.max(last.high, high);
    else intervals.push({ low, high, part: -1 });
    byBuffer.set(buffer, intervals);
  }
  const intervalAt = (buffer: string, low: number): Interval | undefined =>
    byBuffer.get(buffer)?.findLast((interval) => interval.low <= low);
  const list: Part[] = [];
  for (const { buffer, low } of found) {
    const interval = intervalAt(buffer, low);
    if (interval === undefined || interval.part >= 0) continue;
    interval.part = list.length;
    // Reads that a guard forbids may begin before the buffer: no part does.
    list.push({ buffer, start: Math.max(0, interval.low) });
  }
  return { list, find: (buffer, address, extents) => intervalAt(buffer, range(address, extents)[0])?.part };
}

type Change = (access: Access, extents: ReadonlyMap<string, Extent>) => Access;

/** The same kernel with its accesses elsewhere. */
export const mapAccesses = (kernel: Kernel, change: Change): Kernel => ({
  ...kernel,
  stages: kernel.stages.map((stage) => {
    const extents = stageExtents(kernel, stage);
    return mapStage(stage, (access) => change(access, extents));
  }),
});

function mapStage(stage: Stage, change: (access: Access) => Access): Stage {
  const mapped = mapExpressions(stage, (e) => (e.kind === "load" ? { ...e, ...change(pick(e)) } : e));
  const stores = (list: readonly Store[]): readonly Store[] =>
    list.map((store) => ({ ...store, ...change(pick(store)) }));
  const within = (buffer: string, { address, count }: Range): Range => ({
    address: change({ buffer, address }).address,
    count,
  });
  switch (mapped.kind) {
    case "each":
    case "reduce":
      return { ...mapped, stores: stores(mapped.stores) };
    case "scatter":
      return { ...mapped, ...change(pick(mapped)), clear: within(mapped.buffer, mapped.clear) };
    case "fill":
      return {
        ...mapped,
        buffer: change({ buffer: mapped.buffer, address: mapped.range.address }).buffer,
        range: within(mapped.buffer, mapped.range),
      };
  }
}

const pick = ({ buffer, address }: Access): Access => ({ buffer, address });

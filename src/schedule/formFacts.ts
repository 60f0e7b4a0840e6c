// Facts about forms that steps ask for again and again: the elements that a kernel reads and writes.

import { range } from "../ir/address.ts";
import { loadsOf } from "../ir/expression.ts";
import type { Kernel } from "../ir/loops.ts";
import { extentsOf, storesOf } from "./accesses.ts";

/** The elements from `low` to `high` of a form's buffer. */
export interface Reach {
  readonly buffer: number;
  readonly low: number;
  readonly high: number;
}

export interface FormFacts {
  readonly kernel: Kernel;
  readonly reads: readonly Reach[];
  readonly writes: readonly Reach[];
  /** The reads that change with the turn. Sharing others, such as the load of a seed, saves nothing. */
  readonly moving: readonly Reach[];
  /** The turns of its loops. Kernels join point by point only if these are equal. */
  readonly turns: string;
}

/** The same elements, with ranges that overlap as one. */
function joined(list: readonly Reach[]): readonly Reach[] {
  const result: { readonly buffer: number; readonly low: number; high: number }[] = [];
  for (const reach of list.toSorted((a, b) => a.buffer - b.buffer || a.low - b.low)) {
    const last = result[result.length - 1];
    if (last?.buffer === reach.buffer && reach.low <= last.high) last.high = Math.max(last.high, reach.high);
    else result.push({ ...reach });
  }
  return result;
}

export function formFacts(kernel: Kernel): FormFacts {
  const reads: Reach[] = [];
  const writes: Reach[] = [];
  const moving: Reach[] = [];
  for (const stage of kernel.stages) {
    const extents = extentsOf(kernel, stage);
    for (const load of loadsOf(stage)) {
      const [low, high] = range(load.address, extents);
      const reach = { buffer: Number(load.buffer), low, high };
      reads.push(reach);
      if (low !== high) moving.push(reach);
    }
    for (const store of storesOf(stage)) {
      const [low, high] = range(store.address, extents);
      writes.push({ buffer: Number(store.buffer), low, high: high + store.count - 1 });
    }
  }
  const turns = kernel.loops.map(({ extent }) => (typeof extent === "number" ? extent : `<=${extent.batch}`)).join(" ");
  return { kernel, reads: joined(reads), writes: joined(writes), moving: joined(moving), turns };
}

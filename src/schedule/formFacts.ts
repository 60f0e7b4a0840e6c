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

/** A list without repetitions. */
function reaches(): { readonly list: Reach[]; add(reach: Reach): void } {
  const list: Reach[] = [];
  const known = new Set<string>();
  return {
    list,
    add(reach) {
      const key = `${reach.buffer} ${reach.low} ${reach.high}`;
      if (known.has(key)) return;
      known.add(key);
      list.push(reach);
    },
  };
}

export function formFacts(kernel: Kernel): FormFacts {
  const [reads, writes, moving] = [reaches(), reaches(), reaches()];
  for (const stage of kernel.stages) {
    const extents = extentsOf(kernel, stage);
    for (const load of loadsOf(stage)) {
      const [low, high] = range(load.address, extents);
      const reach = { buffer: Number(load.buffer), low, high };
      reads.add(reach);
      if (low !== high) moving.add(reach);
    }
    for (const store of storesOf(stage)) {
      const [low, high] = range(store.address, extents);
      writes.add({ buffer: Number(store.buffer), low, high: high + store.count - 1 });
    }
  }
  const turns = kernel.loops.map(({ extent }) => (typeof extent === "number" ? extent : `<=${extent.batch}`)).join(" ");
  return { kernel, reads: reads.list, writes: writes.list, moving: moving.list, turns };
}

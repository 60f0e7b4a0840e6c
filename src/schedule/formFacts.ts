// Facts about forms that steps ask for again and again: the elements that a kernel reads and writes.

import type { Kernel } from "../ir/loops.ts";
import { type Access, accessesOf } from "./accesses.ts";

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
  const accesses = accessesOf(kernel);
  const reach = ({ buffer, low, high }: Access): Reach => ({ buffer: Number(buffer), low, high });
  const reads = accesses.reads.map(reach);
  return {
    kernel,
    reads: joined(reads),
    writes: joined(accesses.writes.map(reach)),
    moving: joined(reads.filter(({ low, high }) => low !== high)),
    turns: kernel.loops.map(({ extent }) => (typeof extent === "number" ? extent : `<=${extent.batch}`)).join(" "),
  };
}

// Finds the order that kernels must keep: two conflict if one writes an element that the other reads or writes.

import { extentMap, range } from "../ir/address.ts";
import { loadsOf } from "../ir/expression.ts";
import type { Address, Extent, Kernel, Stage } from "../ir/loops.ts";
import { partAt } from "../ir/places.ts";
import type { Formed } from "./form.ts";
import type { Reach } from "./formFacts.ts";

export interface Access {
  readonly buffer: string;
  readonly low: number;
  readonly high: number;
}

/** The places that a stage stores to, as addresses with their reach. */
export function storesOf(
  stage: Stage,
): readonly { readonly buffer: string; readonly address: Address; readonly count: number }[] {
  switch (stage.kind) {
    case "each":
    case "reduce":
      return stage.stores.map((s) => ({ buffer: s.buffer, address: s.address, count: 1 }));
    case "scatter":
      return [
        { buffer: stage.buffer, address: stage.address, count: 1 },
        { buffer: stage.buffer, address: stage.clear.address, count: stage.clear.count },
      ];
    case "fill":
      return [{ buffer: stage.buffer, address: stage.range.address, count: stage.range.count }];
  }
}

export function extentsOf(kernel: Kernel, stage: Stage): ReadonlyMap<string, Extent> {
  const own = stage.kind === "fill" ? [] : stage.loops;
  const over = stage.kind === "reduce" || stage.kind === "scatter" ? stage.over : [];
  return extentMap(kernel.loops, own, over);
}

export function accessesOf(kernel: Kernel): { readonly reads: readonly Access[]; readonly writes: readonly Access[] } {
  const reads: Access[] = [];
  const writes: Access[] = [];
  for (const stage of kernel.stages) {
    const extents = extentsOf(kernel, stage);
    for (const load of loadsOf(stage)) {
      const [low, high] = range(load.address, extents);
      reads.push({ buffer: load.buffer, low, high });
    }
    for (const store of storesOf(stage)) {
      const [low, high] = range(store.address, extents);
      writes.push({ buffer: store.buffer, low, high: high + store.count - 1 });
    }
  }
  return { reads, writes };
}

export const overlap = (a: Access, b: Access): boolean => a.buffer === b.buffer && a.low <= b.high && b.low <= a.high;

/** An access of the kernel at this place of the list. */
interface Placed extends Access {
  readonly kernel: number;
}

const accesses = ({ parts }: Formed, list: readonly Reach[]): readonly Access[] =>
  list.map(({ buffer, low, high }) => {
    const part = partAt(parts, buffer);
    return { buffer: part.buffer, low: low + part.start, high: high + part.start };
  });

/** For kernels in program order: the earlier kernels that each must wait for. */
export function dependences(kernels: readonly Formed[]): readonly ReadonlySet<number>[] {
  const readers = new Map<string, Placed[]>();
  const writers = new Map<string, Placed[]>();
  const enter = (all: Map<string, Placed[]>, access: Access, kernel: number): void => {
    const list = all.get(access.buffer);
    if (list === undefined) all.set(access.buffer, [{ ...access, kernel }]);
    else list.push({ ...access, kernel });
  };
  return kernels.map((kernel, j) => {
    const before = new Set<number>();
    const wait = (all: Map<string, Placed[]>, access: Access): void => {
      for (const other of all.get(access.buffer) ?? []) if (overlap(access, other)) before.add(other.kernel);
    };
    const [reads, writes] = [accesses(kernel, kernel.form.reads), accesses(kernel, kernel.form.writes)];
    for (const read of reads) wait(writers, read);
    for (const write of writes) {
      wait(writers, write);
      wait(readers, write);
    }
    for (const read of reads) enter(readers, read, j);
    for (const write of writes) enter(writers, write, j);
    return before;
  });
}

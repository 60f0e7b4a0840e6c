// The elements that kernels read and write, as ranges of buffers.

import { range, stageExtents } from "../ir/address.ts";
import { loadsOf } from "../ir/expression.ts";
import type { Address, Kernel, Stage } from "../ir/loops.ts";

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

export function accessesOf(kernel: Kernel): { readonly reads: readonly Access[]; readonly writes: readonly Access[] } {
  const reads: Access[] = [];
  const writes: Access[] = [];
  for (const stage of kernel.stages) {
    const extents = stageExtents(kernel, stage);
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

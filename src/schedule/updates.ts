// New values of slots take effect together: no update may see what another has written. An order in which every slot is
// read before it is written ensures that. If slots exchange values, some go through extra memory.

import type { Kernel, Stage } from "../ir/loops.ts";
import { accessesOf, overlap } from "./accesses.ts";

type Accesses = ReturnType<typeof accessesOf>;

/** Whether `writer` stores an element that `reader` loads: then the reader must run first. */
const overwrites = (reader: Accesses, writer: Accesses): boolean =>
  writer.writes.some((w) => reader.reads.some((r) => overlap(w, r)));

/**
 * Kernels of one store each, in an order in which each loads the old values. `newBuffer` names memory for a value
 * that must wait.
 */
export function orderUpdates(updates: readonly Kernel[], newBuffer: (kernel: Kernel) => string): readonly Kernel[] {
  const left = updates.map((kernel) => ({ kernel, accesses: accessesOf(kernel) }));
  const ordered: Kernel[] = [];
  const last: Kernel[] = [];
  while (left.length > 0) {
    const free = left.findIndex((one) =>
      left.every((other) => other === one || !overwrites(other.accesses, one.accesses)),
    );
    if (free >= 0) {
      ordered.push(...left.splice(free, 1).map(({ kernel }) => kernel));
      continue;
    }
    const [first] = left.splice(0, 1);
    if (first === undefined) break;
    const [compute, copy] = throughMemory(first.kernel, newBuffer(first.kernel));
    ordered.push(compute);
    last.push(copy);
  }
  return [...ordered, ...last];
}

/** Stores the value in a buffer with the slot's layout first, and copies it from there to the slot. */
function throughMemory(kernel: Kernel, buffer: string): readonly [Kernel, Kernel] {
  const split = (change: (stage: Extract<Stage, { kind: "each" }>) => Stage): Kernel => ({
    ...kernel,
    stages: kernel.stages.map((stage) => (stage.kind === "each" ? change(stage) : stage)),
  });
  return [
    split((stage) => ({ ...stage, stores: stage.stores.map((store) => ({ ...store, buffer })) })),
    split((stage) => ({
      ...stage,
      lets: [],
      stores: stage.stores.map((store) => ({
        ...store,
        value: { kind: "load", buffer, address: store.address, guards: [], otherwise: 0 },
      })),
    })),
  ];
}

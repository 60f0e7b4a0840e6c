// New values of slots take effect together: no update may see what another has written. An order in which every slot is
// read before it is written does that; where slots exchange values, some go through memory of their own.

import { loadsOf } from "../ir/expression.ts";
import type { Kernel, Stage } from "../ir/loops.ts";
import { dependences, storesOf } from "./dependence.ts";

const reads = (kernel: Kernel, buffers: ReadonlySet<string>): boolean =>
  kernel.stages.some((stage) => loadsOf(stage).some((load) => buffers.has(load.buffer)));
const writes = (kernel: Kernel): ReadonlySet<string> =>
  new Set(kernel.stages.flatMap((stage) => storesOf(stage).map((s) => s.buffer)));

/** Whether `writer` stores where `reader` loads: the two in this order conflict. */
const overwrites = (reader: Kernel, writer: Kernel): boolean =>
  reads(reader, writes(writer)) && (dependences([reader, writer])[1]?.has(0) ?? false);

/**
 * Kernels of one store each, in an order that lets every one load the old values. `newBuffer` names memory for a value
 * that has to wait.
 */
export function orderUpdates(updates: readonly Kernel[], newBuffer: (kernel: Kernel) => string): readonly Kernel[] {
  const left = [...updates];
  const ordered: Kernel[] = [];
  const last: Kernel[] = [];
  while (left.length > 0) {
    const free = left.findIndex((kernel) => left.every((other) => other === kernel || !overwrites(other, kernel)));
    if (free >= 0) {
      ordered.push(...left.splice(free, 1));
      continue;
    }
    const [first] = left.splice(0, 1);
    if (first === undefined) break;
    const [compute, copy] = throughMemory(first, newBuffer(first));
    ordered.push(compute);
    last.push(copy);
  }
  return [...ordered, ...last];
}

/** The value first into a buffer laid out like the slot, then from there into the slot. */
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

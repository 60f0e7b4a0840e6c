// Finds races: turns of a kernel's shared loops may run at the same time, on any thread. Reports a store of one turn that
// certainly touches an element that another turn stores or loads, and accepts a kernel where it cannot decide.

import { largest } from "./address.ts";
import { loadsOf } from "./expression.ts";
import type { Address, Extent, Kernel, Loop, Stage } from "./loops.ts";

interface Touch {
  readonly buffer: string;
  readonly address: Address;
  /** The number of elements from there on. */
  readonly count: number;
  /** The stage's own loops, which the address may use. */
  readonly inner: readonly Loop[];
}

function storesIn(stage: Stage): readonly Touch[] {
  switch (stage.kind) {
    case "each":
    case "reduce":
      return stage.stores.map(({ buffer, address }) => ({ buffer, address, count: 1, inner: stage.loops }));
    case "scatter": {
      const clear = { buffer: stage.buffer, address: stage.clear.address, count: stage.clear.count, inner: [] };
      // Behind a guard an address may leave its turn's part, but nothing is stored there.
      if (stage.guards.length > 0) return [clear];
      return [
        clear,
        { buffer: stage.buffer, address: stage.address, count: 1, inner: [...stage.loops, ...stage.over] },
      ];
    }
    case "fill":
      return [{ buffer: stage.buffer, address: stage.range.address, count: stage.range.count, inner: [] }];
  }
}

const turns = (extent: Extent): number => largest(extent);

/** Whether a turn of `shared` and the next reach the same element, by more steps of another loop or by a row of elements. */
function meetsNext({ address, count, inner }: Touch, shared: Loop, others: readonly Loop[]): boolean {
  const stride = Math.abs(address.strides[shared.name] ?? 0);
  if (stride < count) return true;
  return [...inner, ...others].some((loop) => {
    const step = Math.abs(address.strides[loop.name] ?? 0);
    return step > 0 && stride % step === 0 && stride / step < turns(loop.extent);
  });
}

const sameStrides = (a: Address, b: Address): boolean => {
  const names = Object.keys(a.strides);
  return names.length === Object.keys(b.strides).length && names.every((name) => a.strides[name] === b.strides[name]);
};

/** Whether one turn loads an element that another stores: the same walk, some turns further. */
function readsOther(load: Address, store: Address, shared: readonly Loop[]): boolean {
  const distance = load.offset - store.offset;
  if (distance === 0 || !sameStrides(load, store)) return false;
  return shared.some(({ name, extent }) => {
    const stride = store.strides[name] ?? 0;
    return stride !== 0 && distance % stride === 0 && Math.abs(distance / stride) < turns(extent);
  });
}

/** The races found, one sentence each; empty if none is certain. Each thread has its own of the buffers that are `own`. */
export function racesOf(kernel: Kernel, own: (buffer: string) => boolean): readonly string[] {
  const shared = kernel.loops.filter(({ extent }) => turns(extent) > 1);
  if (shared.length === 0) return [];
  const problems: string[] = [];
  const stores = kernel.stages.flatMap(storesIn).filter(({ buffer }) => !own(buffer));
  for (const store of stores)
    for (const loop of shared) {
      const others = shared.filter((other) => other !== loop);
      if (meetsNext(store, loop, others))
        problems.push(`turns of '${loop.name}' store to one element of ${store.buffer}`);
    }
  for (const { buffer, address, guards } of kernel.stages.flatMap(loadsOf))
    if (
      guards.length === 0 &&
      stores.some((store) => store.buffer === buffer && readsOther(address, store.address, shared))
    )
      problems.push(`a turn reads what another stores in ${buffer}`);
  return problems;
}

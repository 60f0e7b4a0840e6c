// Plans the arena: the place of every buffer, before anything runs. Buffers that last between calls come first. Temporaries
// share the rest by their lifetimes in each program.

import { loadsOf } from "../ir/expression.ts";
import type { Buffer, Kernel } from "../ir/loops.ts";
import type { DType } from "../ir/types.ts";
import { storesOf } from "./dependence.ts";

export type Unplaced = Omit<Buffer, "offset">;

/** Every buffer starts on a cache line, which is also enough for any vector. */
const ALIGNMENT = 64;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

export const bytesOf = (dtype: DType): number => (dtype === "u8" ? 1 : 4);
export const sizeInBytes = (buffer: { readonly dtype: DType; readonly length: number }): number =>
  buffer.length * bytesOf(buffer.dtype);

interface Lifetime {
  readonly name: string;
  readonly bytes: number;
  readonly from: number;
  readonly to: number;
}

function lifetimes(kernels: readonly Kernel[], temporaries: ReadonlyMap<string, Unplaced>): readonly Lifetime[] {
  const spans = new Map<string, { from: number; to: number }>();
  kernels.forEach((kernel, i) => {
    for (const stage of kernel.stages) {
      const names = [...loadsOf(stage).map((l) => l.buffer), ...storesOf(stage).map((s) => s.buffer)];
      for (const name of names) {
        if (!temporaries.has(name)) continue;
        const span = spans.get(name);
        if (span === undefined) spans.set(name, { from: i, to: i });
        else span.to = i;
      }
    }
  });
  return [...spans].map(([name, { from, to }]) => {
    const buffer = temporaries.get(name);
    return { name, bytes: buffer === undefined ? 0 : aligned(sizeInBytes(buffer)), from, to };
  });
}

/** Places the largest first, each at the lowest place free during its whole life (Lee and Pisarchyk 2020, greedy by size). */
function placeTemporaries(
  kernels: readonly Kernel[],
  temporaries: ReadonlyMap<string, Unplaced>,
): { readonly offsets: ReadonlyMap<string, number>; readonly bytes: number } {
  const offsets = new Map<string, number>();
  /** The placed buffers, in order of their offsets. */
  const placed: (Lifetime & { readonly offset: number })[] = [];
  const all = [...lifetimes(kernels, temporaries)].sort(
    (a, b) => b.bytes - a.bytes || a.from - b.from || (a.name < b.name ? -1 : 1),
  );
  for (const one of all) {
    let offset = 0;
    for (const rival of placed) {
      if (offset + one.bytes <= rival.offset) break;
      if (rival.from <= one.to && one.from <= rival.to) offset = Math.max(offset, rival.offset + rival.bytes);
    }
    const next = placed.findIndex((other) => other.offset > offset);
    placed.splice(next < 0 ? placed.length : next, 0, { ...one, offset });
    offsets.set(one.name, offset);
  }
  return { offsets, bytes: placed.reduce((max, p) => Math.max(max, p.offset + p.bytes), 0) };
}

/** Places all buffers. Temporaries of different programs may overlap: programs never run at the same time. */
export function planMemory(
  lasting: readonly Unplaced[],
  programs: readonly { readonly kernels: readonly Kernel[]; readonly temporaries: ReadonlyMap<string, Unplaced> }[],
): { readonly buffers: readonly Buffer[]; readonly arenaBytes: number } {
  const buffers: Buffer[] = [];
  let top = 0;
  for (const buffer of lasting) {
    buffers.push({ ...buffer, offset: top });
    top += aligned(sizeInBytes(buffer));
  }
  let most = 0;
  for (const { kernels, temporaries } of programs) {
    const { offsets, bytes } = placeTemporaries(kernels, temporaries);
    most = Math.max(most, bytes);
    for (const [name, offset] of offsets) {
      const buffer = temporaries.get(name);
      if (buffer !== undefined) buffers.push({ ...buffer, offset: top + offset });
    }
  }
  return { buffers, arenaBytes: top + most };
}

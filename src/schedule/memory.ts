// Plans the arena: the place of every buffer, before anything runs. Buffers that last between calls come first. Temporaries
// share the rest by their lifetimes in each program.

import type { Buffer } from "../ir/loops.ts";
import type { Span } from "../ir/steps.ts";
import type { DType } from "../ir/types.ts";

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

/** How long a program needs each of its buffers. */
export type Spans = ReadonlyMap<string, Span>;

function lifetimes(spans: Spans, temporaries: ReadonlyMap<string, Unplaced>): readonly Lifetime[] {
  return [...spans].flatMap(([name, { from, to }]) => {
    const buffer = temporaries.get(name);
    return buffer === undefined ? [] : [{ name, bytes: aligned(sizeInBytes(buffer)), from, to }];
  });
}

/** Places the largest first, each at the lowest place free during its whole life (Lee and Pisarchyk 2020, greedy by size). */
function placeTemporaries(
  spans: Spans,
  temporaries: ReadonlyMap<string, Unplaced>,
): { readonly offsets: ReadonlyMap<string, number>; readonly bytes: number } {
  const offsets = new Map<string, number>();
  /** The placed buffers, in order of their offsets. */
  const placed: (Lifetime & { readonly offset: number })[] = [];
  const all = [...lifetimes(spans, temporaries)].sort(
    (a, b) => b.bytes - a.bytes || a.from - b.from || (a.name < b.name ? -1 : 1),
  );
  let bytes = 0;
  for (const { name, bytes: size, from, to } of all) {
    let offset = 0;
    for (const rival of placed) {
      if (offset + size <= rival.offset) break;
      if (rival.from <= to && from <= rival.to && offset < rival.offset + rival.bytes)
        offset = rival.offset + rival.bytes;
    }
    // The first place behind all that begin no later.
    let [low, high] = [0, placed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((placed[middle]?.offset ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    placed.splice(low, 0, { name, bytes: size, from, to, offset });
    offsets.set(name, offset);
    bytes = Math.max(bytes, offset + size);
  }
  return { offsets, bytes };
}

/** Places all buffers. Temporaries of different programs may overlap: programs never run at the same time. */
export function planMemory(
  lasting: readonly Unplaced[],
  programs: readonly { readonly spans: Spans; readonly temporaries: ReadonlyMap<string, Unplaced> }[],
): { readonly buffers: readonly Buffer[]; readonly arenaBytes: number } {
  const buffers: Buffer[] = [];
  let top = 0;
  for (const buffer of lasting) {
    buffers.push({ ...buffer, offset: top });
    top += aligned(sizeInBytes(buffer));
  }
  let most = 0;
  for (const { spans, temporaries } of programs) {
    const { offsets, bytes } = placeTemporaries(spans, temporaries);
    most = Math.max(most, bytes);
    for (const [name, offset] of offsets) {
      const buffer = temporaries.get(name);
      if (buffer !== undefined) buffers.push({ ...buffer, offset: top + offset });
    }
  }
  return { buffers, arenaBytes: top + most };
}

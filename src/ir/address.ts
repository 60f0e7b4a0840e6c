// Arithmetic of affine addresses.

import type { Address, Extent, Kernel, Loop, Stage } from "./loops.ts";

export const constant = (offset: number): Address => ({ offset, strides: {} });

export const along = (loop: string, stride = 1): Address => ({ offset: 0, strides: { [loop]: stride } });

/** `a + factor · b` */
export function plus(a: Address, b: Address, factor = 1): Address {
  const strides: Record<string, number> = { ...a.strides };
  for (const [loop, stride] of Object.entries(b.strides)) {
    const sum = (strides[loop] ?? 0) + factor * stride;
    if (sum === 0) delete strides[loop];
    else strides[loop] = sum;
  }
  return { offset: a.offset + factor * b.offset, strides };
}

export const times = (a: Address, factor: number): Address => plus(constant(0), a, factor);

/** Σ coordinate · stride + offset */
export function flatten(coordinates: readonly Address[], strides: readonly number[], offset = 0): Address {
  const sum = { offset, strides: {} as Record<string, number> };
  coordinates.forEach((coordinate, i) => {
    const factor = strides[i] ?? 0;
    sum.offset += factor * coordinate.offset;
    for (const loop of Object.keys(coordinate.strides)) {
      const stride = (sum.strides[loop] ?? 0) + factor * (coordinate.strides[loop] ?? 0);
      if (stride === 0) delete sum.strides[loop];
      else sum.strides[loop] = stride;
    }
  });
  return sum;
}

export function sameAddress(a: Address, b: Address): boolean {
  if (a.offset !== b.offset) return false;
  const loops = Object.keys(a.strides);
  return loops.length === Object.keys(b.strides).length && loops.every((l) => a.strides[l] === b.strides[l]);
}

export const isConstant = (a: Address): boolean => Object.keys(a.strides).length === 0;

export const largest = (extent: Extent): number => (typeof extent === "number" ? extent : extent.batch);

export const sameExtent = (a: Extent, b: Extent): boolean =>
  typeof a === "number" || typeof b === "number" ? a === b : a.batch === b.batch;

/** The least and greatest value over all loops. */
export function range(a: Address, extents: ReadonlyMap<string, Extent>): readonly [number, number] {
  let low = a.offset;
  let high = a.offset;
  for (const loop of Object.keys(a.strides)) {
    const stride = a.strides[loop] ?? 0;
    const reach = stride * (largest(extents.get(loop) ?? 1) - 1);
    if (reach > 0) high += reach;
    else low += reach;
  }
  return [low, high];
}

export const extentMap = (...loops: readonly (readonly Loop[])[]): ReadonlyMap<string, Extent> =>
  new Map(loops.flat().map((l) => [l.name, l.extent]));

/** The extents of all loops that are open in a stage. */
export function stageExtents(kernel: Kernel, stage: Stage): ReadonlyMap<string, Extent> {
  const own = stage.kind === "fill" ? [] : stage.loops;
  const over = stage.kind === "reduce" || stage.kind === "scatter" ? stage.over : [];
  return extentMap(kernel.loops, own, over);
}

/** Renames loops. */
export function renameLoops(a: Address, names: ReadonlyMap<string, string>): Address {
  const strides: Record<string, number> = {};
  for (const [loop, stride] of Object.entries(a.strides)) strides[names.get(loop) ?? loop] = stride;
  return { offset: a.offset, strides };
}

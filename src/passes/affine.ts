// Arithmetic on the affine indices of `contract`: substitution of loops, and the range of an index.

import type { Access, Address, NamedLoop } from "../ir/graph.ts";
import { type Size, sameSize } from "../ir/size.ts";

/** The loops an index depends on, each with its stride. */
export const loopsIn = ({ strides }: Address): readonly (readonly [string, number])[] =>
  Object.entries(strides).filter(([, stride]) => stride !== 0);

export const shifted = (affine: Address, by: number): Address => ({ ...affine, offset: affine.offset + by });

/** The index with the loop `name` replaced by `value`. */
export function substituteLoop(affine: Address, name: string, value: Address): Address {
  const factor = affine.strides[name] ?? 0;
  if (factor === 0) return affine;
  const strides: Record<string, number> = {};
  for (const [loop, stride] of loopsIn(affine)) if (loop !== name) strides[loop] = stride;
  for (const [loop, stride] of loopsIn(value)) strides[loop] = (strides[loop] ?? 0) + factor * stride;
  return { offset: affine.offset + factor * value.offset, strides };
}

export const substituteInAccess = (access: Access, name: string, value: Address): Access =>
  access.map((affine) => substituteLoop(affine, name, value));

/** The loop itself as an index. */
export const loopIndex = (name: string): Address => ({ offset: 0, strides: { [name]: 1 } });

/** The lowest and highest value of an index; undefined if it depends on a loop over the batch. */
export function rangeOf(
  affine: Address,
  loops: readonly NamedLoop[],
): { readonly low: number; readonly high: number } | undefined {
  let low = affine.offset;
  let high = affine.offset;
  for (const [name, stride] of loopsIn(affine)) {
    const extent = loops.find((loop) => loop.name === name)?.extent;
    if (typeof extent !== "number") return undefined;
    low += Math.min(0, stride * (extent - 1));
    high += Math.max(0, stride * (extent - 1));
  }
  return { low, high };
}

/** Whether an index provably never leaves an axis of the given size. */
export function staysInside(affine: Address, size: Size, loops: readonly NamedLoop[]): boolean {
  const range = rangeOf(affine, loops);
  // The axis is as long as the batch: only index 0 is certain, because a batch is never empty.
  if (range !== undefined) return range.low >= 0 && range.high < (typeof size === "number" ? size : 1);
  const [only, more] = loopsIn(affine);
  if (only === undefined || more !== undefined || affine.offset !== 0 || only[1] !== 1) return false;
  const extent = loops.find((loop) => loop.name === only[0])?.extent;
  return extent !== undefined && sameSize(extent, size);
}

// The ends of a guard that a target must test: the loops around it may never reach beyond the others.

import { range } from "../../ir/address.ts";
import type { Extent, Guard } from "../../ir/loops.ts";

/** Whether the index may fall below 0, and whether it may reach the size. A size of the batch is open to all. */
export function openEnds(
  { index, size }: Guard,
  extents: ReadonlyMap<string, Extent>,
): { readonly low: boolean; readonly high: boolean } {
  const [low, high] = range(index, extents);
  return { low: low < 0, high: typeof size !== "number" || high >= size };
}

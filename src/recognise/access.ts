// Tells how a product goes over the axes of a tensor: the loops of each index, and whether an index is a whole axis.

import type { Access, Address, NamedLoop } from "../ir/graph.ts";
import { type Size, sameSize } from "../ir/size.ts";
import { plain } from "./products.ts";

/** One axis of a tensor that a product reads or writes. */
export interface AxisLoops {
  readonly affine: Address;
  /** The loops of its index. */
  readonly names: readonly string[];
  /** Whether the index is one loop over the whole axis, so that the axis needs no gathering. */
  readonly full: boolean;
}

/** Returns the loops of each axis of a tensor of that shape. */
export function axesOf(
  access: Access,
  shape: readonly Size[],
  extents: ReadonlyMap<string, Size>,
): readonly AxisLoops[] {
  return access.map((affine, axis) => {
    const name = plain(affine);
    const full = name !== undefined && sameSize(extents.get(name) ?? 1, shape[axis] ?? 1);
    return { affine, names: Object.keys(affine.strides).filter((loop) => affine.strides[loop] !== 0), full };
  });
}

/** Returns the extent of each loop, by name. */
export const extentsOf = (loops: readonly NamedLoop[]): ReadonlyMap<string, Size> =>
  new Map(loops.map(({ name, extent }) => [name, extent]));

/** Finds a loop that goes along two axes at once, as over a diagonal. */
export function repeatedLoop(axes: readonly AxisLoops[]): string | undefined {
  const names = axes.flatMap((axis) => axis.names);
  return names.find((name, i) => names.indexOf(name) !== i);
}

// Coordinates across a reshape. Merging axes is affine, splitting one is not.

import { constant, isConstant, plus } from "../ir/address.ts";
import type { Address } from "../ir/loops.ts";
import { rowMajorStrides } from "../ir/types.ts";

export type Coordinates = readonly Address[];

/** Whether elements with such strides lie one behind the other, in the order of their places. */
export function isRowMajor(strides: readonly number[], sizes: readonly number[]): boolean {
  const wanted = rowMajorStrides(sizes);
  return sizes.every((size, i) => size === 1 || strides[i] === wanted[i]);
}

/**
 * `coordinates` into a tensor of shape `from`, as coordinates into the same elements under shape `to`; undefined if
 * that needs a division. Axes of size 1 come and go freely; blocks of axes with equal products are matched from the left.
 */
export function reshapeCoordinates(
  coordinates: Coordinates,
  from: readonly number[],
  to: readonly number[],
): Coordinates | undefined {
  const result: Address[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    if (j < to.length && to[j] === 1 && !(from[i] === 1)) {
      result.push(constant(0));
      j++;
      continue;
    }
    if (i < from.length && from[i] === 1 && !(to[j] === 1)) {
      i++;
      continue;
    }
    // Find the smallest block from here on whose products agree.
    let endFrom = i + 1;
    let endTo = j + 1;
    let productFrom = from[i] ?? 1;
    let productTo = to[j] ?? 1;
    while (productFrom !== productTo) {
      if (productFrom < productTo) {
        if (endFrom >= from.length) return undefined;
        productFrom *= from[endFrom++] ?? 1;
      } else {
        if (endTo >= to.length) return undefined;
        productTo *= to[endTo++] ?? 1;
      }
    }
    if (endTo - j === 1) {
      // Several axes (or one) become one: Σ coordinate · stride.
      let stride = 1;
      let merged = constant(0);
      for (let k = endFrom - 1; k >= i; k--) {
        merged = plus(merged, coordinates[k] ?? constant(0), stride);
        stride *= from[k] ?? 1;
      }
      result.push(merged);
    } else if (coordinates.slice(i, endFrom).every((c) => isConstant(c) && c.offset === 0)) {
      for (let k = j; k < endTo; k++) result.push(constant(0));
    } else {
      // One axis becomes several: this is affine only if all except one have size 1.
      const wide = to.slice(j, endTo).filter((size) => size !== 1);
      if (endFrom - i !== 1 || wide.length !== 1) return undefined;
      for (let k = j; k < endTo; k++) result.push(to[k] === 1 ? constant(0) : (coordinates[i] ?? constant(0)));
    }
    i = endFrom;
    j = endTo;
  }
  return result;
}

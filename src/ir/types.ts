// The types of tensors in graphs. Tensors are row-major (channels last); the symbol `?` is the size of the batch axis.

import { CompilerBug } from "../base/compilerBug.ts";
import { BATCH, type Size, sameSize, substitute } from "./size.ts";

/** `bool` holds 0 or 1; `u8` occurs only for columns of data as they are stored. */
export type DType = "f32" | "i32" | "u8" | "bool";

export interface TensorType {
  readonly dtype: DType;
  readonly shape: readonly Size[];
}

export function tensor(dtype: DType, ...shape: readonly Size[]): TensorType {
  return { dtype, shape };
}

export function sameShape(a: readonly Size[], b: readonly Size[]): boolean {
  return a === b || (a.length === b.length && a.every((size, i) => sameSize(size, b[i] ?? -1)));
}

export function sameType(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && sameShape(a.shape, b.shape);
}

/** The size in numbers, for a batch of `batch` samples. Throws if another symbol remains, which is a compiler bug. */
export function extent(size: Size, batch: number): number {
  const value = typeof size === "number" ? size : substitute(size, new Map([[BATCH, batch]]));
  if (typeof value !== "number") throw new CompilerBug("an axis is still symbolic");
  return value;
}

/** The whole shape in numbers, for a batch of `batch` samples. */
export function extents(shape: readonly Size[], batch: number): readonly number[] {
  return shape.map((size) => extent(size, batch));
}

/** The distance in elements of one step along each axis of a row-major tensor. */
export function rowMajorStrides(sizes: readonly number[]): readonly number[] {
  const strides: number[] = new Array(sizes.length);
  let stride = 1;
  for (let i = sizes.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= sizes[i] ?? 1;
  }
  return strides;
}

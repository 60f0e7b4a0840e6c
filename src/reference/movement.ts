// The reference for primitives that only move elements. All except `concat` walk once over the result, with a start and a
// step for each axis.

import { rowMajorStrides } from "../ir/types.ts";
import type { Tensor } from "./tensor.ts";

/** Reads `from[start + Σ steps[axis] · index]` for each index of `shape`, in row-major order. */
function gatherStrided(
  from: Float64Array,
  start: number,
  steps: readonly number[],
  shape: readonly number[],
): Float64Array {
  const result = new Float64Array(shape.reduce((a, b) => a * b, 1));
  let to = 0;
  const run = (axis: number, at: number): void => {
    if (axis === shape.length) {
      result[to++] = from[at] ?? 0;
      return;
    }
    for (let i = 0; i < (shape[axis] ?? 1); i++) run(axis + 1, at + i * (steps[axis] ?? 0));
  };
  run(0, start);
  return result;
}

/** Writes `from`, of `shape`, in row-major order to `to[start + Σ steps[axis] · index]`. */
function scatterStrided(from: Tensor, to: Float64Array, start: number, steps: readonly number[]): void {
  let read = 0;
  const run = (axis: number, at: number): void => {
    if (axis === from.shape.length) {
      to[at] = from.values[read++] ?? 0;
      return;
    }
    for (let i = 0; i < (from.shape[axis] ?? 1); i++) run(axis + 1, at + i * (steps[axis] ?? 0));
  };
  run(0, start);
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

/** Axis `i` of the result is axis `permutation[i]` of the argument. */
export function transposeValues(arg: Tensor, permutation: readonly number[], shape: readonly number[]): Float64Array {
  const strides = rowMajorStrides(arg.shape);
  return gatherStrided(
    arg.values,
    0,
    permutation.map((axis) => strides[axis] ?? 1),
    shape,
  );
}

/** Axis `i` of the argument becomes axis `axes[i]` of the result. */
export function broadcastValues(arg: Tensor, axes: readonly number[], shape: readonly number[]): Float64Array {
  const strides = rowMajorStrides(arg.shape);
  const steps = shape.map((_, axis) => {
    const from = axes.indexOf(axis);
    return from < 0 || arg.shape[from] === 1 ? 0 : (strides[from] ?? 1);
  });
  return gatherStrided(arg.values, 0, steps, shape);
}

/** Every `strides[i]`-th element from `starts[i]` on. */
export function sliceValues(
  arg: Tensor,
  starts: readonly number[],
  strides: readonly number[],
  shape: readonly number[],
): Float64Array {
  const rows = rowMajorStrides(arg.shape);
  return gatherStrided(
    arg.values,
    dot(rows, starts),
    rows.map((row, axis) => row * (strides[axis] ?? 1)),
    shape,
  );
}

/** Surrounds the tensor with `value`. `shape` is the shape of the result. */
export function padValues(
  arg: Tensor,
  before: readonly number[],
  value: number,
  shape: readonly number[],
): Float64Array {
  const result = new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(value);
  const rows = rowMajorStrides(shape);
  scatterStrided(arg, result, dot(rows, before), rows);
  return result;
}

/** Joins tensors one after another along `axis`. */
export function concatValues(args: readonly Tensor[], axis: number, shape: readonly number[]): Float64Array {
  const result = new Float64Array(shape.reduce((a, b) => a * b, 1));
  const rows = rowMajorStrides(shape);
  let position = 0;
  for (const arg of args) {
    scatterStrided(arg, result, position * (rows[axis] ?? 1), rows);
    position += arg.shape[axis] ?? 0;
  }
  return result;
}

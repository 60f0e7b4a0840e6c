// The reference for moving windows (pooling) and their adjoint. Padding never wins a maximum and adds nothing to a sum.

import type { WindowAxis } from "../ir/graph.ts";
import { rowMajorStrides } from "../ir/types.ts";
import { inOrder, type Sums, type Tensor, zeros } from "./tensor.ts";

/** Calls `visit` with the window's number and the element's address, for each element of each window, in row-major order. */
function eachElement(
  shape: readonly number[],
  windows: readonly number[],
  axes: readonly WindowAxis[],
  visit: (window: number, element: number) => void,
): void {
  const rows = rowMajorStrides(shape);
  const inside = (axis: number, corner: readonly number[], window: number, at: number): void => {
    const along = axes[axis];
    if (along === undefined) {
      visit(window, at);
      return;
    }
    for (let k = 0; k < along.size; k++) {
      const index = (corner[axis] ?? 0) * along.stride + k * along.dilation - along.before;
      if (index >= 0 && index < (shape[axis] ?? 1)) inside(axis + 1, corner, window, at + index * (rows[axis] ?? 1));
    }
  };
  const corner = windows.map(() => 0);
  let window = 0;
  const run = (axis: number): void => {
    if (axis === windows.length) {
      inside(0, corner, window++, 0);
      return;
    }
    for (let i = 0; i < (windows[axis] ?? 1); i++) {
      corner[axis] = i;
      run(axis + 1);
    }
  };
  run(0);
}

/** The element that each window's gradient goes to: the first maximum, or -1 for a window of padding alone. */
function firstMaxima(arg: Tensor, windows: readonly number[], axes: readonly WindowAxis[]): Int32Array {
  const first = new Int32Array(windows.reduce((a, b) => a * b, 1)).fill(-1);
  eachElement(arg.shape, windows, axes, (window, element) => {
    const champion = first[window] ?? -1;
    if (champion < 0 || (arg.values[element] ?? 0) > (arg.values[champion] ?? 0)) first[window] = element;
  });
  return first;
}

/** Combines each window. `shape` is the shape of the windows. */
export function evaluateWindowReduce(
  op: "sum" | "max",
  arg: Tensor,
  axes: readonly WindowAxis[],
  shape: readonly number[],
  kept: Sums = "f64",
): Float64Array {
  if (op === "max")
    return Float64Array.from(firstMaxima(arg, shape, axes), (at) =>
      at < 0 ? Number.NEGATIVE_INFINITY : (arg.values[at] ?? 0),
    );
  const sums = zeros(
    shape.reduce((a, b) => a * b, 1),
    kept,
  );
  const each = (visit: (window: number, element: number) => void): void => eachElement(arg.shape, shape, axes, visit);
  inOrder(kept, each, (window, element) => {
    sums[window] = (sums[window] ?? 0) + (arg.values[element] ?? 0);
  });
  return Float64Array.from(sums);
}

/** The adjoint of evaluateWindowReduce at `arg`, with the shape of `arg`. */
export function evaluateWindowScatter(
  op: "sum" | "max",
  arg: Tensor,
  gradient: Tensor,
  axes: readonly WindowAxis[],
  kept: Sums = "f64",
): Float64Array {
  const result = zeros(arg.values.length, kept);
  const each = (visit: (window: number, element: number) => void): void => {
    if (op === "sum") eachElement(arg.shape, gradient.shape, axes, visit);
    else for (const [window, element] of firstMaxima(arg, gradient.shape, axes).entries()) visit(window, element);
  };
  inOrder(kept, each, (window, element) => {
    if (element >= 0) result[element] = (result[element] ?? 0) + (gradient.values[window] ?? 0);
  });
  return Float64Array.from(result);
}

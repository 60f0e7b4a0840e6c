// The reference for rows at indices that are values: gather and its adjoint.

import { inOrder, type Sums, type Tensor, zeros } from "./tensor.ts";

interface Rows {
  readonly axis: number;
  /** The number of leading axes that the table and the indices share. */
  readonly batch: number;
}

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Calls `visit` for each element of the rows: its place among them, and its place in the table. */
function visitRows(
  { axis, batch }: Rows,
  table: readonly number[],
  indices: Tensor,
  visit: (row: number, element: number) => void,
): void {
  const [shared, between] = [product(table.slice(0, batch)), product(table.slice(batch, axis))];
  const [size, inner] = [table[axis] ?? 1, product(table.slice(axis + 1))];
  const count = product(indices.shape.slice(batch));
  let row = 0;
  for (let s = 0; s < shared; s++)
    for (let b = 0; b < between; b++)
      for (let i = 0; i < count; i++) {
        const index = Math.min(Math.max(indices.values[s * count + i] ?? 0, 0) || 0, size - 1);
        const start = ((s * between + b) * size + index) * inner;
        for (let k = 0; k < inner; k++) visit(row++, start + k);
      }
}

/** The rows of `table` that the indices name. */
export function evaluateGather(rows: Rows, table: Tensor, indices: Tensor, length: number): Float64Array {
  const result = new Float64Array(length);
  visitRows(rows, table.shape, indices, (row, element) => {
    result[row] = table.values[element] ?? 0;
  });
  return result;
}

/** Zeros of the shape `table`, with each row of `updates` added at its index. */
export function evaluateScatterAdd(
  rows: Rows,
  table: readonly number[],
  indices: Tensor,
  updates: Tensor,
  sums: Sums = "f64",
): Float64Array {
  const result = zeros(product(table), sums);
  const each = (visit: (row: number, element: number) => void): void => visitRows(rows, table, indices, visit);
  inOrder(sums, each, (row, element) => {
    result[element] = (result[element] ?? 0) + (updates.values[row] ?? 0);
  });
  return Float64Array.from(result);
}

// The reference for reductions along axes.

import { rowMajorStrides } from "../ir/types.ts";
import { type Sums, type Tensor, zeros } from "./tensor.ts";

const combine = {
  sum: { start: 0, step: (a: number, b: number) => a + b },
  max: { start: Number.NEGATIVE_INFINITY, step: (a: number, b: number) => Math.max(a, b) },
  min: { start: Number.POSITIVE_INFINITY, step: (a: number, b: number) => Math.min(a, b) },
};

/** Combines elements along `axes`, which disappear. */
export function evaluateReduce(
  op: "sum" | "max" | "min",
  { shape, values }: Tensor,
  axes: readonly number[],
  sums: Sums = "f64",
): Float64Array {
  const { start, step } = combine[op];
  const backwards = sums === "f32 backwards";
  const terms = backwards ? values.toReversed() : values;
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const keptSizes = kept.map((axis) => shape[axis] ?? 1);
  const keptStrides = rowMajorStrides(keptSizes);
  const strides = shape.map((_, axis) => (axes.includes(axis) ? 0 : (keptStrides[kept.indexOf(axis)] ?? 1)));
  const result = zeros(
    keptSizes.reduce((a, b) => a * b, 1),
    sums,
  ).fill(start);
  let from = 0;
  const run = (axis: number, at: number): void => {
    if (axis === shape.length) {
      result[at] = step(result[at] ?? 0, terms[from++] ?? 0);
      return;
    }
    for (let i = 0; i < (shape[axis] ?? 1); i++) run(axis + 1, at + i * (strides[axis] ?? 0));
  };
  run(0, 0);
  return Float64Array.from(backwards ? result.reverse() : result);
}

/** The first index of the extreme along `axis`, which disappears. */
export function evaluateArgReduce(op: "max" | "min", { shape, values }: Tensor, axis: number): Float64Array {
  const size = shape[axis] ?? 1;
  const inner = rowMajorStrides(shape)[axis] ?? 1;
  const result = new Float64Array(values.length / size);
  for (let i = 0; i < result.length; i++) {
    const start = Math.floor(i / inner) * inner * size + (i % inner);
    let best = 0;
    for (let k = 1; k < size; k++) {
      const [candidate, champion] = [values[start + k * inner] ?? 0, values[start + best * inner] ?? 0];
      if (op === "max" ? candidate > champion : candidate < champion) best = k;
    }
    result[i] = best;
  }
  return result;
}

// The values that the rules of the evaluator take and return, and the order in which sums add.

/** A value with its shape in numbers. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/**
 * What sums are kept in: in f32 each addition rounds, as it does on a target. "apart" rounds each product before it is added, and
 * "backwards" does so too, and begins with the last term.
 */
export type Sums = "f64" | "f32" | "f32 apart" | "f32 backwards";

/** Calls `visit` for all that `each` visits, in the order in which such sums add. */
export function inOrder(
  sums: Sums,
  each: (visit: (a: number, b: number) => void) => void,
  visit: (a: number, b: number) => void,
): void {
  if (sums !== "f32 backwards") {
    each(visit);
    return;
  }
  const visited: (readonly [number, number])[] = [];
  each((a, b) => visited.push([a, b]));
  for (const [a, b] of visited.reverse()) visit(a, b);
}

export const zeros = (length: number, sums: Sums): Float64Array | Float32Array =>
  sums === "f64" ? new Float64Array(length) : new Float32Array(length);

// The values that the rules of the evaluator take and return. This file computes nothing.

/** A value with its shape in numbers. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** What sums are kept in: in f32 each addition rounds, as it does on a target. */
export type Sums = "f64" | "f32";

export const zeros = (length: number, sums: Sums): Float64Array | Float32Array =>
  sums === "f64" ? new Float64Array(length) : new Float32Array(length);

// The values that the rules of the evaluator take and return. This file computes nothing.

/** A value with its shape in numbers. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

// The reference for primitives that compute each element on its own: scalar functions and random numbers.

import type { ScalarName } from "../ir/scalar/names.ts";
import { scalarFunction } from "../ir/scalar.ts";
import { uniform } from "../ir/threefry.ts";

/** A scalar function of equally long arguments, element by element. */
export function evaluateMap(fn: ScalarName, args: readonly Float64Array[], length: number): Float64Array {
  const { evaluate } = scalarFunction(fn);
  const result = new Float64Array(length);
  const [a = result, b = result] = args;
  // Nearly all functions have one or two arguments; the general case allocates an array for each element.
  if (args.length === 1) for (let i = 0; i < length; i++) result[i] = evaluate(a[i] ?? 0);
  else if (args.length === 2) for (let i = 0; i < length; i++) result[i] = evaluate(a[i] ?? 0, b[i] ?? 0);
  else for (let i = 0; i < length; i++) result[i] = evaluate(...args.map((arg) => arg[i] ?? 0));
  return result;
}

/** Uniform in [0, 1): element `i` has the counter (step, i). */
export function evaluateRandom(seed: Float64Array, step: Float64Array, stream: number, length: number): Float64Array {
  return new Float64Array(length).map((_, i) => uniform(seed[0] ?? 0, stream, step[0] ?? 0, i));
}

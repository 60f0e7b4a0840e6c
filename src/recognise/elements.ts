// The scalar functions that TensorFlow has, and the element types that they take there. Trainers and exported graphs use
// this; each has its own table of spellings.

import type { DType } from "../ir/types.ts";

const comparisons = ["eq", "ne", "lt", "le", "gt", "ge"] as const;
const connectives = ["and", "or", "not"] as const;
/** The functions that TensorFlow has only for floats. */
const floatsOnly = ["sign", "floor", "ceil", "round"] as const;
const arithmetic = [
  ...["add", "sub", "mul", "div", "mod", "neg", "pow", "square", "sqrt", "rsqrt", "reciprocal", "abs", "relu"],
  ...["max", "min", "exp", "expm1", "log", "log1p", "tanh", "sigmoid", "softplus", "sin", "cos", "tan", "atan", "erf"],
] as const;
const conversions = ["f32", "i32", "bool", "u8", "stop_gradient"] as const;

const has = (list: readonly string[], fn: string): boolean => list.includes(fn);

/** The types that the arguments are cast to, and the type that the function then returns. */
export interface ElementCall {
  readonly operands: readonly DType[];
  readonly gives: DType;
}

/** Whether a function only changes the type of its argument. */
export const isConversion = (fn: string): boolean => has(conversions, fn);

/** Says how to call TensorFlow's `fn` with arguments of these types; undefined for a function that it lacks. */
export function elementCall(fn: string, args: readonly DType[], result: DType): ElementCall | undefined {
  const all = (type: DType, gives: DType): ElementCall => ({ operands: args.map(() => type), gives });
  if (has(floatsOnly, fn)) return all("f32", "f32");
  if (has(arithmetic, fn)) return result === "f32" ? all("f32", "f32") : all("i32", "i32");
  if (has(comparisons, fn)) return all(args.includes("f32") ? "f32" : "i32", "bool");
  if (has(connectives, fn)) return all("bool", "bool");
  if (fn === "is_finite") return all("f32", "bool");
  if (fn === "select") return { operands: ["bool", result, result], gives: result };
  return undefined;
}

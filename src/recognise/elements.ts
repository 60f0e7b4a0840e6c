// The scalar functions that TensorFlow has, and the element types that they take there; complete by type. Trainers and
// exported graphs use this; each has its own table of spellings.

import type { ScalarName } from "../ir/scalar/names.ts";
import type { DType } from "../ir/types.ts";

/** The types that the arguments are cast to, and the type that the function then returns. */
export interface ElementCall {
  readonly operands: readonly DType[];
  readonly gives: DType;
}

type Typing = (args: readonly DType[], result: DType) => ElementCall;

const all = (args: readonly DType[], type: DType, gives: DType): ElementCall => ({
  operands: args.map(() => type),
  gives,
});
const arithmetic: Typing = (args, result) => (result === "f32" ? all(args, "f32", "f32") : all(args, "i32", "i32"));
/** For functions that TensorFlow has only for floats. */
const floats: Typing = (args) => all(args, "f32", "f32");
const comparison: Typing = (args) => all(args, args.includes("f32") ? "f32" : "i32", "bool");
const connective: Typing = (args) => all(args, "bool", "bool");
/** Backend `wasm` writes four bytes for each chosen truth, beyond the end of the result: truths are chosen as integers. */
const choice: Typing = (_, result) => {
  const type = result === "bool" ? "i32" : result;
  return { operands: ["bool", type, type], gives: type };
};

const typings = {
  add: arithmetic,
  sub: arithmetic,
  mul: arithmetic,
  div: arithmetic,
  mod: arithmetic,
  neg: arithmetic,
  pow: arithmetic,
  square: arithmetic,
  sqrt: arithmetic,
  rsqrt: arithmetic,
  reciprocal: arithmetic,
  abs: arithmetic,
  relu: arithmetic,
  max: arithmetic,
  min: arithmetic,
  exp: arithmetic,
  expm1: arithmetic,
  log: arithmetic,
  log1p: arithmetic,
  tanh: arithmetic,
  sigmoid: arithmetic,
  softplus: arithmetic,
  sin: arithmetic,
  cos: arithmetic,
  tan: arithmetic,
  atan: arithmetic,
  erf: arithmetic,
  sign: floats,
  floor: floats,
  ceil: floats,
  round: floats,
  eq: comparison,
  ne: comparison,
  lt: comparison,
  le: comparison,
  gt: comparison,
  ge: comparison,
  and: connective,
  or: connective,
  not: connective,
  is_finite: (args) => all(args, "f32", "bool"),
  select: choice,
  // These only change the type of their argument.
  f32: "conversion",
  i32: "conversion",
  bool: "conversion",
  u8: "conversion",
  stop_gradient: "conversion",
  erfinv: "lacking",
} as const satisfies { readonly [F in ScalarName]: Typing | "conversion" | "lacking" };

type Typed<T> = { [F in ScalarName]: (typeof typings)[F] extends T ? F : never }[ScalarName];
export type ConversionName = Typed<"conversion">;
/** The functions that TensorFlow lacks. */
export type LackingName = Typed<"lacking">;
/** The functions that each user of this table spells. */
export type CallName = Exclude<ScalarName, ConversionName | LackingName>;

export const isConversion = (fn: ScalarName): fn is ConversionName => typings[fn] === "conversion";
export const isLacking = (fn: ScalarName): fn is LackingName => typings[fn] === "lacking";

/** Says how to call TensorFlow's `fn` with arguments of these types. */
export const elementCall = (fn: CallName, args: readonly DType[], result: DType): ElementCall =>
  (typings[fn] as Typing)(args, result);

// Spells the scalar functions in TensorFlow.js; complete by type. If it lacks one, the function's own JavaScript computes it outside.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { ScalarName, UnaryName } from "../../ir/scalar/names.ts";
import type { DType } from "../../ir/types.ts";
import { type CallName, elementCall, isConversion, isLacking, type LackingName } from "../../recognise/elements.ts";
import { jsSpelling } from "../js/scalars.ts";

/** Returns the element type of the tensor that holds values of a type. */
export const tfType = (dtype: DType): "float32" | "int32" | "bool" =>
  dtype === "f32" ? "float32" : dtype === "bool" ? "bool" : "int32";

/** The functions of TensorFlow.js. */
const calls = {
  add: "add",
  sub: "sub",
  mul: "mul",
  div: "div",
  mod: "mod",
  neg: "neg",
  pow: "pow",
  square: "square",
  sqrt: "sqrt",
  rsqrt: "rsqrt",
  reciprocal: "reciprocal",
  abs: "abs",
  relu: "relu",
  max: "maximum",
  min: "minimum",
  sign: "sign",
  floor: "floor",
  ceil: "ceil",
  round: "round",
  exp: "exp",
  expm1: "expm1",
  log: "log",
  log1p: "log1p",
  tanh: "tanh",
  sigmoid: "sigmoid",
  softplus: "softplus",
  sin: "sin",
  cos: "cos",
  tan: "tan",
  atan: "atan",
  erf: "erf",
  eq: "equal",
  ne: "notEqual",
  lt: "less",
  le: "lessEqual",
  gt: "greater",
  ge: "greaterEqual",
  and: "logicalAnd",
  or: "logicalOr",
  not: "logicalNot",
  is_finite: "isFinite",
  select: "where",
} satisfies { readonly [F in CallName]: string };

export interface Argument {
  readonly text: string;
  readonly dtype: DType;
  /** Whether the text is a number of JavaScript, not a tensor. */
  readonly isNumber?: boolean;
}

/** Casts the value to another element type. */
export function castText({ text, dtype, isNumber = false }: Argument, to: DType): string {
  // A number beside a tensor is f32.
  if (isNumber) return to === "f32" ? text : `tf.scalar(${text}, "${tfType(to)}")`;
  if (tfType(dtype) === tfType(to)) return text;
  if (to === "bool")
    return dtype === "f32" ? `tf.notEqual(${text}, 0)` : `tf.notEqual(${text}, tf.scalar(0, "${tfType(dtype)}"))`;
  return `tf.cast(${text}, "${tfType(to)}")`;
}

/** A call, and the helper function that it needs if TensorFlow.js has none. */
interface MapText {
  readonly text: string;
  readonly helper?: string;
}

/** Writes a function of single elements. */
export function mapText(fn: ScalarName, args: readonly Argument[], result: DType): MapText {
  const [first, second] = args;
  if (first === undefined) throw new CompilerBug(`${fn} without arguments`);
  if (fn === "mul" && result === "f32" && first.isNumber !== true && first.text === second?.text)
    return { text: `tf.square(${castText(first, "f32")})` };
  const types = args.map(({ dtype }) => dtype);
  if (fn === "u8") return { text: `tf.mod(${castText(first, "i32")}, tf.scalar(256, "int32"))` };
  if (isConversion(fn)) return { text: castText(first, result) };
  if (isLacking(fn)) return computedHere(fn, first);
  const call = elementCall(fn, types, result);
  const operands = args.map((arg, i) => castText(arg, call.operands[i] ?? arg.dtype)).join(", ");
  return { text: castText({ text: `tf.${calls[fn]}(${operands})`, dtype: call.gives }, result) };
}

/** Computes a function that TensorFlow.js lacks in JavaScript, element by element. */
function computedHere(fn: Extract<LackingName, UnaryName>, argument: Argument): MapText {
  const { expression, helper } = jsSpelling(fn);
  return {
    text: `mapHere(tf, ${castText(argument, "f32")}, (x) => ${expression.replaceAll("#0", "x")})`,
    ...(helper === undefined ? {} : { helper }),
  };
}

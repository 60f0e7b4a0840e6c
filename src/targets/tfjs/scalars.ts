// Spells the scalar functions in TensorFlow.js. If it lacks one, the function's own JavaScript computes it outside.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { ScalarName } from "../../ir/scalar/names.ts";
import { scalarFunction } from "../../ir/scalar.ts";
import type { DType } from "../../ir/types.ts";
import { elementCall, isConversion } from "../../recognise/elements.ts";
import { jsSpelling } from "../js/scalars.ts";

/** Returns the element type of the tensor that holds values of a type. */
export const tfType = (dtype: DType): "float32" | "int32" | "bool" =>
  dtype === "f32" ? "float32" : dtype === "bool" ? "bool" : "int32";

/** Functions with other names in TensorFlow.js. */
const renamed: ReadonlyMap<string, string> = new Map([
  ["max", "maximum"],
  ["min", "minimum"],
  ["eq", "equal"],
  ["ne", "notEqual"],
  ["lt", "less"],
  ["le", "lessEqual"],
  ["gt", "greater"],
  ["ge", "greaterEqual"],
  ["and", "logicalAnd"],
  ["or", "logicalOr"],
  ["not", "logicalNot"],
  ["is_finite", "isFinite"],
  ["select", "where"],
]);

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

/** Writes the call, and the helper function that it needs if TensorFlow.js has none. */
export function mapText(
  fn: ScalarName,
  args: readonly Argument[],
  result: DType,
): { readonly text: string; readonly helper?: string } {
  const [first, second] = args;
  if (first === undefined) throw new CompilerBug(`${fn} without arguments`);
  if (fn === "mul" && result === "f32" && first.isNumber !== true && first.text === second?.text)
    return { text: `tf.square(${castText(first, "f32")})` };
  const types = args.map(({ dtype }) => dtype);
  const call = elementCall(fn, types, result);
  if (call !== undefined) {
    const operands = args.map((arg, i) => castText(arg, call.operands[i] ?? arg.dtype)).join(", ");
    return { text: castText({ text: `tf.${renamed.get(fn) ?? fn}(${operands})`, dtype: call.gives }, result) };
  }
  if (fn === "u8") return { text: `tf.mod(${castText(first, "i32")}, tf.scalar(256, "int32"))` };
  if (isConversion(fn)) return { text: castText(first, result) };
  const { expression, helper } = jsSpelling(fn);
  if (scalarFunction(fn).arity !== 1) throw new Error(`target tfjs has no spelling for the scalar function '${fn}'`);
  return {
    text: `mapHere(tf, ${castText(first, "f32")}, (x) => ${expression.replaceAll("#0", "x")})`,
    ...(helper === undefined ? {} : { helper }),
  };
}

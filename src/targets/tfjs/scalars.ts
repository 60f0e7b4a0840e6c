// How TensorFlow.js spells the scalar functions. One that it lacks is computed by the function's own JavaScript, outside it.

import { scalarFunction } from "../../ir/scalar.ts";
import type { DType } from "../../ir/types.ts";

/** The element type of the tensor that holds values of a type. */
export const tfType = (dtype: DType): "float32" | "int32" | "bool" =>
  dtype === "f32" ? "float32" : dtype === "bool" ? "bool" : "int32";

/** Functions of one or two arguments by their names in TensorFlow.js. Their arguments have the type of the result. */
const arithmetic: ReadonlyMap<string, string> = new Map(
  [
    ...[
      "add",
      "sub",
      "mul",
      "div",
      "mod",
      "neg",
      "pow",
      "square",
      "sqrt",
      "rsqrt",
      "reciprocal",
      "abs",
      "relu",
      "sign",
    ],
    ...["floor", "ceil", "round", "exp", "expm1", "log", "log1p", "tanh", "sigmoid", "softplus", "sin", "cos", "tan"],
    ...["atan", "erf"],
  ].map((name): [string, string] => [name, name]),
);
const renamed: ReadonlyMap<string, string> = new Map([
  ["max", "maximum"],
  ["min", "minimum"],
]);
const comparisons: ReadonlyMap<string, string> = new Map([
  ["eq", "equal"],
  ["ne", "notEqual"],
  ["lt", "less"],
  ["le", "lessEqual"],
  ["gt", "greater"],
  ["ge", "greaterEqual"],
]);
const logic: ReadonlyMap<string, string> = new Map([
  ["and", "logicalAnd"],
  ["or", "logicalOr"],
  ["not", "logicalNot"],
]);
/** What TensorFlow.js has for floats alone. */
const floatsOnly = new Set(["sign", "floor", "ceil", "round"]);

export interface Argument {
  readonly text: string;
  readonly dtype: DType;
  /** The text is a number of JavaScript, not a tensor. */
  readonly isNumber?: boolean;
}

/** The value under another element type. */
export function castText({ text, dtype, isNumber = false }: Argument, to: DType): string {
  // A number beside a tensor is f32.
  if (isNumber) return to === "f32" ? text : `tf.scalar(${text}, "${tfType(to)}")`;
  if (tfType(dtype) === tfType(to)) return text;
  if (to === "bool")
    return dtype === "f32" ? `tf.notEqual(${text}, 0)` : `tf.notEqual(${text}, tf.scalar(0, "${tfType(dtype)}"))`;
  return `tf.cast(${text}, "${tfType(to)}")`;
}

/** The call, and the function that must stand beside it where TensorFlow.js has none. */
export function mapText(
  fn: string,
  args: readonly Argument[],
  result: DType,
): { readonly text: string; readonly helper?: string } {
  const cast = (to: DType): string => args.map((arg) => castText(arg, to)).join(", ");
  const [first, second, third] = args;
  if (first === undefined) throw new Error(`compiler bug: ${fn} without arguments`);
  if (fn === "mul" && result === "f32" && first.isNumber !== true && first.text === second?.text)
    return { text: `tf.square(${castText(first, "f32")})` };
  const name = arithmetic.get(fn) ?? renamed.get(fn);
  if (name !== undefined) {
    if (result === "f32") return { text: `tf.${name}(${cast("f32")})` };
    if (floatsOnly.has(fn)) return { text: castText({ text: `tf.${name}(${cast("f32")})`, dtype: "f32" }, result) };
    return { text: `tf.${name}(${cast("i32")})` };
  }
  const comparison = comparisons.get(fn);
  if (comparison !== undefined) {
    const float = args.some(({ dtype }) => dtype === "f32");
    return { text: `tf.${comparison}(${cast(float ? "f32" : "i32")})` };
  }
  const connective = logic.get(fn);
  if (connective !== undefined) return { text: `tf.${connective}(${cast("bool")})` };
  if (fn === "is_finite") return { text: `tf.isFinite(${cast("f32")})` };
  if (fn === "select" && second !== undefined && third !== undefined)
    return {
      text: `tf.where(${castText(first, "bool")}, ${castText(second, result)}, ${castText(third, result)})`,
    };
  if (fn === "stop_gradient" || fn === "f32" || fn === "i32" || fn === "bool") return { text: castText(first, result) };
  if (fn === "u8") return { text: `tf.mod(${castText(first, "i32")}, tf.scalar(256, "int32"))` };
  const { js, helper, arity } = scalarFunction(fn);
  if (arity !== 1) throw new Error(`target tfjs has no spelling for the scalar function '${fn}'`);
  return {
    text: `mapHere(tf, ${castText(first, "f32")}, (x) => ${js.replaceAll("#0", "x")})`,
    ...(helper === undefined ? {} : { helper }),
  };
}

// Writes functions of single elements as operations of TensorFlow graphs; complete by type. They broadcast, so a value may
// stay small until something else reads it.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { ScalarName } from "../../ir/scalar/names.ts";
import type { DType } from "../../ir/types.ts";
import { type CallName, elementCall, isConversion, isLacking } from "../../recognise/elements.ts";
import { broadcastShape, type GraphDraft, type Tensor } from "./draft.ts";
import { flagAttribute, tensorDType, typeAttribute } from "./graphDef.ts";

const operations = {
  add: "AddV2",
  sub: "Sub",
  mul: "Mul",
  div: "RealDiv",
  mod: "FloorMod",
  neg: "Neg",
  pow: "Pow",
  square: "Square",
  sqrt: "Sqrt",
  rsqrt: "Rsqrt",
  reciprocal: "Reciprocal",
  abs: "Abs",
  relu: "Relu",
  max: "Maximum",
  min: "Minimum",
  sign: "Sign",
  floor: "Floor",
  ceil: "Ceil",
  round: "Round",
  exp: "Exp",
  expm1: "Expm1",
  log: "Log",
  log1p: "Log1p",
  tanh: "Tanh",
  sigmoid: "Sigmoid",
  softplus: "Softplus",
  sin: "Sin",
  cos: "Cos",
  tan: "Tan",
  atan: "Atan",
  erf: "Erf",
  eq: "Equal",
  ne: "NotEqual",
  lt: "Less",
  le: "LessEqual",
  gt: "Greater",
  ge: "GreaterEqual",
  and: "LogicalAnd",
  or: "LogicalOr",
  not: "LogicalNot",
  is_finite: "IsFinite",
  select: "SelectV2",
} satisfies { readonly [F in CallName]: string };
/** Functions whose only type is bool, and that have no attribute for it. */
const untyped: ReadonlySet<ScalarName> = new Set(["and", "or", "not"]);

/** Names a function that exported graphs lack; undefined for one that they have. */
export const unexportableFunction = (fn: ScalarName): string | undefined =>
  isLacking(fn) ? `the function ${fn}` : undefined;

export interface Operand {
  readonly tensor: Tensor;
  readonly dtype: DType;
}

/** Casts the value to another element type. */
export function cast(g: GraphDraft, { tensor }: Operand, to: DType): Tensor {
  const [from, dtype] = [tensor.dtype, tensorDType(to)];
  if (from === dtype) return tensor;
  const { shape } = tensor;
  if (dtype === "bool")
    return g.add("NotEqual", [tensor, g.scalar(from, 0)], { T: typeAttribute(from) }, { dtype, shape });
  const attributes = { SrcT: typeAttribute(from), DstT: typeAttribute(dtype), Truncate: flagAttribute(false) };
  return g.add("Cast", [tensor], attributes, { dtype, shape });
}

/** Applies `fn` to the operands, whose shapes broadcast. */
export function mapElements(g: GraphDraft, fn: ScalarName, operands: readonly Operand[], result: DType): Tensor {
  const [first] = operands;
  if (first === undefined) throw new CompilerBug(`${fn} without arguments`);
  if (fn === "u8") {
    const [whole, size] = [cast(g, first, "i32"), g.scalar("int32", 256)];
    return g.add("FloorMod", [whole, size], { T: typeAttribute("int32") }, { dtype: "int32", shape: whole.shape });
  }
  if (isConversion(fn)) return cast(g, first, result);
  if (isLacking(fn)) throw new CompilerBug(`${fn} was not refused`);
  const call = elementCall(
    fn,
    operands.map(({ dtype }) => dtype),
    result,
  );
  const op = operations[fn];
  const inputs = operands.map((operand, i) => cast(g, operand, call.operands[i] ?? operand.dtype));
  const dtype = tensorDType(call.gives);
  const shape = broadcastShape(inputs.map((input) => input.shape));
  const attributes = untyped.has(fn) ? {} : { T: typeAttribute(inputs[inputs.length - 1]?.dtype ?? dtype) };
  return cast(g, { tensor: g.add(op, inputs, attributes, { dtype, shape }), dtype: call.gives }, result);
}

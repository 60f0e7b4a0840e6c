// The shared part of functions without inputs: values that are the same for all samples, and numbers drawn for each.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { batchSize } from "../ir/size.ts";
import { type DType, type TensorType, tensor } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, type OptionDef, ok, type ShapeProblem } from "./definition.ts";
import { integers, textOf } from "./options.ts";
import { accepted, andThen } from "./shape.ts";

/** The element types by the names of nnc and of Keras. */
const types: ReadonlyMap<string, DType> = new Map<string, DType>([
  ["f32", "f32"],
  ["i32", "i32"],
  ["bool", "bool"],
  ["float32", "f32"],
  ["int32", "i32"],
]);
export const typeNames: readonly string[] = [...types.keys()];
export function typeNamed(name: string): DType {
  const type = types.get(name);
  if (type === undefined) throw new CompilerBug(`no element type '${name}'`);
  return type;
}

export const dtypeOption: OptionDef = {
  type: { kind: "choice", values: typeNames },
  default: "f32",
  doc: "The element type, by nnc's name or Keras's; nnc never takes it from the form of a number.",
};
export const shapeOption = (doc: string): OptionDef => ({ type: { kind: "shape" }, required: true, doc });
export const countOption = (doc: string): OptionDef => ({ type: { kind: "int", min: 1 }, required: true, doc });
export const integerOption = (fallback: number, doc: string): OptionDef => ({
  type: { kind: "int" },
  default: fallback,
  doc,
});

const none: readonly [] = [];

type Sizes = (options: OptionRecord) => Checked<readonly number[]>;

/** A constant of the shape `sizes`, of the type that `dtype` names; `compute` makes f32 or that type. */
export function constant(sizes: Sizes, compute: (g: Builder, type: TensorType, options: OptionRecord) => Value) {
  const typeOf = (options: OptionRecord): Checked<TensorType> =>
    andThen(sizes(options), (shape) => ok({ dtype: typeNamed(textOf(options, "dtype")), shape }));
  return {
    inputs: none,
    output: "a constant",
    shape: (_: readonly TensorType[], options: OptionRecord): Checked<TensorType> => typeOf(options),
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const type = accepted(typeOf(call.options));
      return { output: g.cast(compute(g, type, call.options), type.dtype) };
    },
  };
}

/** The shape of an option; an open size has no meaning. */
export function givenShape(options: OptionRecord, name = "shape"): Checked<readonly number[]> {
  const shape = integers(options, name);
  return shape.some((size) => size < 0) ? bad(openSize(name)) : ok(shape);
}
const openSize = (option: string): ShapeProblem => ({
  problem: "option",
  option,
  message: "each of its sizes must be a number",
});

/** The index along an axis of a constant, as f32. */
export const placeAlong = (g: Builder, shape: readonly number[], axis: number): Value =>
  g.cast(g.iota(tensor("i32", ...shape), axis), "f32");

/** Numbers drawn anew for each sample, step and use. */
export function drawn(compute: (g: Builder, uniform: Value, options: OptionRecord) => Value) {
  return {
    inputs: none,
    output: "shape",
    shape: (_: readonly TensorType[], options: OptionRecord): Checked<TensorType> =>
      andThen(givenShape(options), (shape) => ok(tensor("f32", batchSize, ...shape))),
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const type = tensor("f32", batchSize, ...integers(call.options, "shape"));
      return { output: compute(g, g.random(type, call.seed, call.step, call.stream), call.options) };
    },
  };
}

/** How often numbers are drawn, for the documentation of every function that draws. */
export const drawnShape: OptionDef = shapeOption(
  "The shape for one sample. Each sample, step and use draws numbers of its own; evaluation and prediction draw too, always the same ones for a step and a place in the batch.",
);

/** Whether the sum of the rows' index and `k` reaches the columns' index, for triangles: 1 on and below the diagonal. */
export function triangle(g: Builder, rows: number, columns: number, k: number, upper = false): Value {
  const shape = tensor("i32", rows, columns);
  const distance = g.sub(g.iota(shape, 1), g.iota(shape, 0));
  return g.map(upper ? "ge" : "le", distance, k);
}

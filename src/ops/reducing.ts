// The shared part of functions that combine elements along axes. Samples do not mix: the batch axis always stays.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import type { DType, TensorType } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, type OptionDef, ok } from "./definition.ts";
import { functionInput, functionValue } from "./elementwise.ts";
import { flag, flagOption, numbers } from "./options.ts";
import { andThen, axisProblem, axisWithin, isBatched, positionOf } from "./shape.ts";

/** All axes of one sample, or of a value without the batch. */
export const innerAxes = (x: TensorType): readonly number[] =>
  x.shape.map((_, axis) => axis).filter((axis) => axis > 0 || !isBatched(x));

/** The axes that an option names; without it, all but the batch. */
export const axesOption = (doc: string): OptionDef => ({
  type: { kind: "axes" },
  optional: true,
  default: undefined,
  doc: `${doc}; by default all but the batch, where Keras would take the batch too.`,
});
export const keepOption: OptionDef = flagOption(false, "Whether the axes stay, with size 1.");

/** The positions of the axes of an option that `axesMissing` has checked, in the order given, each once. */
export function chosenAxes(x: TensorType, options: OptionRecord, name = "axis"): readonly number[] {
  if (options[name] === undefined) return innerAxes(x);
  return [...new Set(numbers(options, name).map((axis) => positionOf(axis, x.shape.length)))];
}

/** Finds an axis of an option that the input lacks, or that is the batch. */
export function axesMissing(x: TensorType, options: OptionRecord, name = "axis") {
  const given = options[name] === undefined ? [] : numbers(options, name);
  const wrong = given.find((axis) => axisWithin(axis, x) === undefined);
  return wrong === undefined ? undefined : axisProblem(name, wrong, x);
}

/** The shape without some axes, or with size 1 there. */
export const withoutAxes = (shape: readonly Size[], axes: readonly number[], keep: boolean): readonly Size[] =>
  keep ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) : shape.filter((_, axis) => !axes.includes(axis));

const keeps = (options: OptionRecord): boolean => "keepdims" in options && flag(options, "keepdims");

interface Reduction {
  readonly takes: readonly DType[];
  /** The element type of the result; by default that of the input. */
  gives?(dtype: DType): DType;
  /** Combines the elements along `axes`, and returns the value with these axes as 1. */
  compute(g: Builder, x: Value, axes: readonly number[], options: OptionRecord): Value;
}

/** The shared part of reductions with the options `axis` and `keepdims`. */
export function reduction({ takes, gives = (dtype) => dtype, compute }: Reduction) {
  return {
    inputs: [{ name: "x", shape: "[...]" }],
    output: "[...]",
    options: { axis: axesOption("The axes to reduce"), keepdims: keepOption },
    positional: ["axis", "keepdims"],
    shape: (inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> =>
      andThen(functionInput(inputs, takes), (x) => {
        const missing = axesMissing(x, options);
        if (missing !== undefined) return bad(missing);
        return ok({ dtype: gives(x.dtype), shape: withoutAxes(x.shape, chosenAxes(x, options), keeps(options)) });
      }),
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const x = functionValue(g, call);
      const axes = chosenAxes(x.type, call.options);
      const whole = compute(g, x, axes, call.options);
      return { output: g.reshape(whole, withoutAxes(x.type.shape, axes, keeps(call.options))) };
    },
  };
}

/** Booleans add up as whole numbers. */
export const summed = (dtype: DType): DType => (dtype === "bool" ? "i32" : dtype);
export const alwaysF32 = (): DType => "f32";
export const alwaysBool = (): DType => "bool";

/** The mean square of the distance from the mean. */
export function variance(g: Builder, x: Value, axes: readonly number[]): Value {
  const number = g.cast(x, "f32");
  return g.mean(g.map("square", g.sub(number, g.mean(number, axes, true))), axes, true);
}

/** The greatest or least element along axes, also of conditions. */
export function extreme(g: Builder, op: "max" | "min", x: Value, axes: readonly number[]): Value {
  const { dtype } = x.type;
  if (dtype !== "bool") return g.reduce(op, x, axes, true);
  return g.cast(g.reduce(op, g.cast(x, "i32"), axes, true), "bool");
}

/** Brings axes to the end as one, in their order, and counts its elements. */
function asLastAxis(g: Builder, x: Value, axes: readonly number[]): { readonly rows: Value; readonly count: number } {
  const rank = x.type.shape.length;
  const rest = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis));
  const moved = g.transpose(x, [...rest, ...axes]);
  const count = axes.reduce((product, axis) => product * Number(x.type.shape[axis]), 1);
  return { rows: g.reshape(moved, [...rest.map((axis) => x.type.shape[axis] ?? 1), count]), count };
}

/**
 * The product along axes, in pairs: log₂ n products of half the elements each. Its derivative divides by nothing, so it
 * is right where elements are 0.
 */
export function productOver(g: Builder, x: Value, axes: readonly number[]): Value {
  const { rows, count } = asLastAxis(g, x, axes);
  const rank = rows.type.shape.length;
  const along = (last: number): readonly number[] => rows.type.shape.map((_, axis) => (axis === rank - 1 ? last : 0));
  let product = rows;
  for (let size = count; size > 1; size = Math.ceil(size / 2)) {
    const half = Math.ceil(size / 2);
    const even = size % 2 === 0 ? product : g.pad(product, along(0), along(1), 1);
    const shape = rows.type.shape.with(rank - 1, half);
    product = g.mul(g.slice(even, along(0), shape), g.slice(even, along(half), shape));
  }
  return g.reshape(product, withoutAxes(x.type.shape, axes, true));
}

// The shared part of functions that move elements: axes of one sample beside the batch, and copies along affine indices.

import type { Builder, Value } from "../ir/builder.ts";
import type { Access, Address, NamedLoop, OptionRecord } from "../ir/graph.ts";
import { divideExactly, product, type Size } from "../ir/size.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, ok } from "./definition.ts";
import { anyType, functionInput, functionValue } from "./elementwise.ts";
import { accepted, andThen, innerShape, isBatched } from "./shape.ts";

/** The batch axis, if there is one. */
export const batchOf = (x: TensorType): readonly Size[] => x.shape.slice(0, x.shape.length - innerShape(x).length);

/** A type with other axes of one sample. */
export const withInner = (x: TensorType, inner: readonly Size[]): TensorType => ({
  dtype: x.dtype,
  shape: [...batchOf(x), ...inner],
});

type TypeRule = (x: TensorType, options: OptionRecord) => Checked<TensorType>;

/**
 * The shared part of functions that only move the elements of one tensor of any type. `move` gets the type that the
 * shape rule gives.
 */
export function movement(type: TypeRule, move: (g: Builder, x: Value, to: TensorType, options: OptionRecord) => Value) {
  return {
    inputs: [{ name: "x", shape: "[...]" }],
    output: "[...]",
    shape: (inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> =>
      andThen(functionInput(inputs, anyType), (x) => type(x, options)),
    expand(g: Builder, call: ExpandCall): { readonly output: Value } {
      const x = functionValue(g, call);
      return { output: move(g, x, accepted(type(x.type, call.options)), call.options) };
    },
  };
}

/** The same where the shape rule computes with numbers: a size that is still open leaves its result open. */
export const sizedMovement = (type: TypeRule, move: Parameters<typeof movement>[1]) =>
  movement((x, options) => openSize(x) ?? type(x, options), move);

/** The evidence that a size of a sample is not known yet; certain of nothing. */
export function openSize(x: TensorType): Checked<never> | undefined {
  const axis = x.shape.findIndex((size, i) => typeof size !== "number" && (i > 0 || !isBatched(x)));
  const size = x.shape[axis];
  return size === undefined ? undefined : bad({ problem: "vanishes", axis, size, window: 1, result: 0 });
}

/** The sizes with the number of elements of `x` for one sample, where at most one entry is open (-1). */
export function filled(x: TensorType, target: readonly number[]): Checked<readonly Size[]> {
  const elements = product(innerShape(x));
  const fixed = target.filter((size) => size >= 0).reduce((all, size) => all * size, 1);
  const open = target.some((size) => size < 0);
  const rest = open ? divideExactly(elements, fixed) : 1;
  const short = typeof elements === "number" && !open && elements !== fixed;
  if (rest === undefined || short) return { bad: { problem: "elements", expected: elements, actual: fixed } };
  return ok(target.map((size) => (size < 0 ? rest : size)));
}

export const at = (loop: string, offset = 0, stride = 1): Address => ({ offset, strides: { [loop]: stride } });

/** Loops over the axes of a shape, and the index of each. */
export function loopsOver(shape: readonly Size[]): { readonly loops: readonly NamedLoop[]; readonly access: Access } {
  const loops = shape.map((extent, i) => ({ name: `i${i}`, extent }));
  return { loops, access: loops.map(({ name }) => at(name)) };
}

/**
 * Copies the elements of `x` at `read` to `write` in a value of the shape `shape`, point by point of the loops. A loop that
 * `write` leaves out adds up. Elements read out of range, and those that no loop writes, are 0.
 */
export function copied(
  g: Builder,
  x: Value,
  spec: {
    readonly loops: readonly NamedLoop[];
    readonly shape: readonly Size[];
    readonly write: Access;
    readonly read: Access;
  },
): Value {
  const { loops, shape, write, read } = spec;
  const number = g.cast(x, "f32");
  const one = g.constant(1, tensor("f32"));
  const made = g.contract({ loops, shape, out: write, lhs: number, left: read, rhs: one, right: [] });
  return g.cast(made, x.type.dtype);
}

/** Turns the order of elements around along some axes. */
export function flipped(g: Builder, x: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return x;
  const { loops, access } = loopsOver(x.type.shape);
  const read = access.map((index, axis) =>
    axes.includes(axis) ? at(`i${axis}`, Number(x.type.shape[axis]) - 1, -1) : index,
  );
  return copied(g, x, { loops, shape: x.type.shape, write: access, read });
}

/** `count` elements along an axis from `start` on. */
export const part = (g: Builder, x: Value, axis: number, start: number, count: number): Value =>
  g.slice(
    x,
    x.type.shape.map((_, i) => (i === axis ? start : 0)),
    x.type.shape.with(axis, count),
  );

/** Mirrors the elements next to both ends of an axis; `skip` leaves out the ends themselves. */
export function mirrored(g: Builder, x: Value, axis: number, before: number, after: number, skip: number): Value {
  const size = Number(x.type.shape[axis]);
  const turned = (start: number, count: number): readonly Value[] =>
    count === 0 ? [] : [flipped(g, part(g, x, axis, start, count), [axis])];
  return g.concat([...turned(skip, before), x, ...turned(size - skip - after, after)], axis);
}

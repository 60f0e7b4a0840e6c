// Small rules about types that many operators share: the rank and element type of inputs, the position of an axis.

import { CompilerBug } from "../base/compilerBug.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { batchSize, type Size, sameSize } from "../ir/size.ts";
import type { DType, TensorType } from "../ir/types.ts";
import { bad, type Checked, ok, type ShapeProblem } from "./definition.ts";

/** Whether the first axis is the batch. */
export function isBatched(type: TensorType): boolean {
  const first = type.shape[0];
  return first !== undefined && sameSize(first, batchSize);
}

/** Returns the axes without the batch. */
export function innerShape(type: TensorType): readonly Size[] {
  return isBatched(type) ? type.shape.slice(1) : type.shape;
}

/** Returns the size as a number. In a compiled program only the batch has no known size. */
export function known(size: Size | undefined): number {
  if (typeof size !== "number") throw new CompilerBug("an axis has no known size");
  return size;
}

/** Returns the position of an axis that may count from the end; undefined if there is no such axis. */
export function axisPosition(axis: number, rank: number): number | undefined {
  const position = axis < 0 ? axis + rank : axis;
  return position >= 0 && position < rank ? position : undefined;
}

/**
 * Returns the position of an axis that an operator may work along; undefined if there is none, or if it is the batch axis:
 * samples do not mix.
 */
export function axisWithin(axis: number, x: TensorType): number | undefined {
  const position = axisPosition(axis, x.shape.length);
  return position === 0 && isBatched(x) ? undefined : position;
}

/** Returns the position of an axis that the checker has found there. */
export function positionOf(axis: number, rank: number): number {
  const position = axisPosition(axis, rank);
  if (position === undefined) throw new CompilerBug(`no axis ${axis}`);
  return position;
}

/** Returns the positions of several axes that are there, ascending and each once. */
export const axisPositions = (axes: readonly number[], rank: number): readonly number[] =>
  [...new Set(axes.map((axis) => positionOf(axis, rank)))].sort((a, b) => a - b);

/** The most results of one call. Each is a value of the program, so their number bounds its size. */
const MOST_RESULTS = 1_024;

/** Says why a call cannot have so many results; undefined if it can. */
export const tooManyResults = (count: number): string | undefined =>
  count <= MOST_RESULTS
    ? undefined
    : `one call has at most ${MOST_RESULTS.toLocaleString("en-US")} results, not ${count.toLocaleString("en-US")}`;

/** Finds the first input that has none of the element types. */
export function dtypeProblem(inputs: readonly TensorType[], expected: readonly DType[]): ShapeProblem | undefined {
  const input = inputs.findIndex((type) => !expected.includes(type.dtype));
  return input < 0 ? undefined : { problem: "dtype", input, expected };
}

/** Returns the only input, f32 or one of `takes`, with `rank` axes besides the batch (any number if `rank` is left out). */
export function oneInput(
  inputs: readonly TensorType[],
  wanted: {
    readonly rank?: number;
    readonly atLeast?: number;
    readonly text: string;
    readonly takes?: readonly DType[];
  },
): Checked<TensorType> {
  const [x] = inputs;
  if (x === undefined || inputs.length !== 1) return bad({ problem: "inputs", expected: "one", actual: inputs.length });
  const type = dtypeProblem(inputs, wanted.takes ?? ["f32"]);
  if (type !== undefined) return bad(type);
  const rank = x.shape.length - 1;
  const fits = wanted.rank === undefined ? rank >= (wanted.atLeast ?? 0) : rank === wanted.rank;
  if (fits) return ok(x);
  const expected = [wanted.rank ?? wanted.atLeast ?? 0];
  return bad({ problem: "rank", input: 0, expected, expectedText: wanted.text });
}

/** Goes on with a shape rule if all is well so far. */
export function andThen<A, B>(checked: Checked<A>, next: (value: A) => Checked<B>): Checked<B> {
  return "bad" in checked ? checked : next(checked.ok);
}

/** Returns what the shape rule of a call has accepted before, so a problem is a compiler bug. */
export function accepted<T>(checked: Checked<T>): T {
  if ("bad" in checked) throw new CompilerBug(`inputs that the operator refuses: ${JSON.stringify(checked.bad)}`);
  return checked.ok;
}

const counted = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

/** The problem of an option that names an axis which `x` lacks; `added` counts axes that the result has besides. */
export function axisProblem(option: string, axis: number, x: TensorType, added = 0): ShapeProblem {
  // People count from 1, whether there is a batch or not.
  const written = axis < 0 || isBatched(x) ? axis : axis + 1;
  return {
    problem: "option",
    option,
    message: `there is no axis ${written} in a tensor with ${counted(innerShape(x).length + added, "axis", "axes")}`,
  };
}

/** The rules of an operator with two results of one type. */
export const twoAlike = (type: (inputs: readonly TensorType[], options: OptionRecord) => Checked<TensorType>) => ({
  shape: type,
  more(inputs: readonly TensorType[], options: OptionRecord): readonly TensorType[] {
    const found = type(inputs, options);
    return "ok" in found ? [found.ok] : [];
  },
});

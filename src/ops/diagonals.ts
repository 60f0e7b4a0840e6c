// Diagonals of two axes, for `diag`, `diagonal` and `trace`.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import { integerOption } from "./constants.ts";
import { bad, type Checked, type OptionDef, ok } from "./definition.ts";
import { batchOf } from "./moving.ts";
import { axesMissing, chosenAxes } from "./reducing.ts";
import { innerShape } from "./shape.ts";

/** The type of a diagonal: the two axes go, and it comes last. */
export function diagonalType(
  x: TensorType,
  rows: number,
  columns: number,
  offset: number,
  option = "offset",
): Checked<TensorType> {
  const [height, width] = [Number(x.shape[rows]), Number(x.shape[columns])];
  const length = Math.min(height + Math.min(offset, 0), width - Math.max(offset, 0));
  if (length < 1) return bad({ problem: "option", option, message: "this diagonal lies outside" });
  const rest = x.shape.filter((_, axis) => axis !== rows && axis !== columns);
  return ok({ dtype: x.dtype, shape: [...rest, length] });
}

/** Takes a diagonal: with the two axes last and as one, its elements lie at equal distances. */
export function diagonalOf(g: Builder, x: Value, rows: number, columns: number, offset: number, length: number): Value {
  const rest = x.type.shape.map((_, axis) => axis).filter((axis) => axis !== rows && axis !== columns);
  const lead = rest.map((axis) => x.type.shape[axis] ?? 1);
  const [height, width] = [Number(x.type.shape[rows]), Number(x.type.shape[columns])];
  const flat = g.reshape(g.transpose(x, [...rest, rows, columns]), [...lead, height * width]);
  const start = Math.max(-offset, 0) * width + Math.max(offset, 0);
  const zeros = lead.map(() => 0);
  return g.slice(flat, [...zeros, start], [...lead, length], [...lead.map(() => 1), width + 1]);
}

/** Puts a row onto a diagonal of a square of zeros with sides of `side`: the inverse. */
export function ontoDiagonal(g: Builder, x: Value, offset: number, side: number): Value {
  const [lead, length] = [x.type.shape.slice(0, -1), Number(x.type.shape.at(-1))];
  const zeros = lead.map(() => 0);
  const apart = g.pad(g.reshape(x, [...lead, length, 1]), [...zeros, 0, 0], [...zeros, 0, side]);
  const reach = (length - 1) * (side + 1) + 1;
  const row = g.slice(g.reshape(apart, [...lead, length * (side + 1)]), [...zeros, 0], [...lead, reach]);
  const start = Math.max(-offset, 0) * side + Math.max(offset, 0);
  const whole = g.pad(row, [...zeros, start], [...zeros, side * side - start - reach]);
  return g.reshape(whole, [...lead, side, side]);
}

/** The two axes of the options `axis1` and `axis2`; by default the first two of a sample. */
export function twoAxes(x: TensorType, options: OptionRecord): Checked<readonly [number, number]> {
  if (innerShape(x).length < 2)
    return bad({ problem: "rank", input: 0, expected: [2], expectedText: "[..., rows, columns]" });
  const missing = axesMissing(x, options, "axis1") ?? axesMissing(x, options, "axis2");
  if (missing !== undefined) return bad(missing);
  const first = batchOf(x).length;
  const [[a = first], [b = first + 1]] = (["axis1", "axis2"] as const).map((name, i) =>
    options[name] === undefined ? [first + i] : chosenAxes(x, options, name),
  ) as [readonly number[], readonly number[]];
  if (a === b) return bad({ problem: "option", option: "axis2", message: "it must be another axis than `axis1`" });
  return ok([a, b]);
}

const axisOption = (which: string): OptionDef => ({
  type: { kind: "axis" },
  optional: true,
  default: undefined,
  doc: `The axis of ${which}, by default the ${which === "rows" ? "first" : "second"} of a sample.`,
});
export const diagonalOptions = {
  offset: integerOption(0, "The diagonal: 0 is the main one, a positive number lies above it."),
  axis1: axisOption("rows"),
  axis2: axisOption("columns"),
};

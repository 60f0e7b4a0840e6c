// The shared part of layers that tell steps apart by their positions: the positions themselves, and how fast each feature
// turns.

import type { Builder, Value } from "../ir/builder.ts";
import { certainlyDiffer, type Size } from "../ir/size.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import type { ExpandCall, InputDef, OptionDef, ShapeProblem } from "./definition.ts";
import { numberOf } from "./options.ts";
import { isBatched } from "./shape.ts";

export const positionsInput: InputDef = {
  name: "positions",
  shape: "[time]",
  optional: true,
  doc: "The position of each step, numbers or i32; without it they count from `start_index`.",
};

export const wavelengthOption: OptionDef = {
  type: { kind: "float", min: 0, openMin: true },
  default: 10000,
  doc: "The length of the slowest wave, in steps, up to the factor 2π.",
};
export const startOption: OptionDef = {
  type: { kind: "int", min: 0 },
  default: 0,
  doc: "The position of the first step.",
};

/** Finds positions that are not one number for each step. */
export function positionsProblem(time: Size, positions: TensorType | undefined): ShapeProblem | undefined {
  if (positions === undefined) return undefined;
  if (positions.dtype !== "f32" && positions.dtype !== "i32")
    return { problem: "dtype", input: 1, expected: ["f32", "i32"] };
  if (!isBatched(positions) || positions.shape.length !== 2)
    return { problem: "rank", input: 1, expected: [1], expectedText: "[time]" };
  const actual = positions.shape[1] ?? 1;
  if (!certainlyDiffer(time, actual)) return undefined;
  return { problem: "size", input: 1, axis: 1, expected: time, actual, why: "each step has a position" };
}

/** The angle of each feature at each step, `[time, features]`; `[batch, time, features]` where positions are given. */
export function anglesOf(g: Builder, call: ExpandCall, time: Size, speeds: readonly number[]): Value {
  const rates = g.constant(speeds, tensor("f32", speeds.length));
  const [given] = call.given("positions");
  if (given === undefined) {
    const counted = g.cast(g.iota(tensor("i32", time, 1), 0), "f32");
    return g.mul(g.add(counted, numberOf(call.options, "start_index")), rates);
  }
  return g.mul(g.reshape(g.cast(given, "f32"), [...given.type.shape, 1]), rates);
}

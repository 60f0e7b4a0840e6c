// The shared parts of losses: they bring target and prediction to one shape and type, read class indices, and clip.
// lossReduction.ts makes one number of a loss's values.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import type { OptionDef, ScoreMisfit } from "./definition.ts";
import { clip } from "./elementwise.ts";
import { moved } from "./indices.ts";
import { flagOption, maybeIntegers, numberOf } from "./options.ts";
import { axisPositions, axisWithin, positionOf } from "./shape.ts";

/** Keras's fuzz factor, and 1 minus it in float32. */
export const EPSILON = 1e-7;
const ALMOST_ONE = Math.fround(1 - EPSILON);

export interface Pair {
  readonly prediction: Value;
  readonly target: Value;
}

/** Adds an axis of size 1 to a single axis, so that there is a last axis to take the mean over. */
const withLastAxis = (g: Builder, x: Value): Value =>
  x.type.shape.length === 1 ? g.reshape(x, [...x.type.shape, 1]) : x;

/** Returns both as f32 of one shape; a target that lacks a last axis of size 1 gets it. */
export function numbersOf(g: Builder, prediction: Value, target: Value): Pair {
  const predicted = withLastAxis(g, g.cast(prediction, "f32"));
  const wanted = g.cast(target, "f32");
  return { prediction: predicted, target: g.reshape(wanted, predicted.type.shape) };
}

/** Returns both as rows of classes; a single number is a row of one. */
export const rowsOf = (g: Builder, prediction: Value, target: Value): Pair =>
  prediction.type.shape.length > 1
    ? { prediction, target }
    : { prediction: withLastAxis(g, prediction), target: withLastAxis(g, target) };

/** Whether the target holds the index of a class for each row of predictions. */
export const isClassIndex = (prediction: Pick<Value, "type">, target: Pick<Value, "type">): boolean =>
  target.type.shape.length < prediction.type.shape.length ||
  (target.type.dtype !== "f32" && target.type.shape[target.type.shape.length - 1] === 1);

/** Returns bool of the prediction's shape: true where the place on the last axis is the target's class. */
export function isTargetClass(g: Builder, prediction: Value, target: Value): Value {
  const shape = prediction.type.shape;
  const index = g.reshape(g.cast(target, "i32"), [...shape.slice(0, -1), 1]);
  return g.map("eq", g.iota(tensor("i32", ...shape), shape.length - 1), index);
}

/** Returns the share of each class, f32 of the prediction's shape; class indices become one-hot rows. */
export function classShares(g: Builder, prediction: Value, target: Value): Value {
  if (isClassIndex(prediction, target)) return g.cast(isTargetClass(g, prediction, target), "f32");
  return g.cast(target, "f32");
}

/** Picks the element of the last axis at the target's class. */
export const pick = (g: Builder, isTarget: Value, x: Value): Value => g.sum(g.select(isTarget, x, 0), [-1]);

/** Keeps probabilities off 0 and 1, as Keras does; the gradient outside is 0. */
export const clipped = (g: Builder, probability: Value): Value => clip(g, probability, EPSILON, ALMOST_ONE);

/** Divides the probability of each class by the sum of all. */
export const normalised = (g: Builder, p: Value): Value => g.div(p, g.sum(p, [-1], true));

/** Moves targets towards an even share by `label_smoothing`. */
export function smoothed(g: Builder, shares: Value, options: OptionRecord, even: number): Value {
  const amount = numberOf(options, "label_smoothing");
  return amount === 0 ? shares : g.add(g.mul(shares, 1 - amount), amount * even);
}

export const fromLogits: OptionDef = flagOption(
  false,
  "Whether predictions are logits, the numbers before a softmax or sigmoid.",
);
export const labelSmoothing: OptionDef = {
  type: { kind: "float", min: 0, max: 1 },
  default: 0,
  doc: "How far targets move towards an even share.",
};

/** The option that says where the classes are; `classesLast` brings them there. */
export const classAxis: OptionDef = {
  type: { kind: "axis" },
  default: -1,
  doc: "The axis of the classes.",
};

/** Brings an axis that may count from the end to the last place. */
function toLast(g: Builder, x: Value, axis: number): Value {
  const rank = x.type.shape.length;
  return g.transpose(x, moved(rank, positionOf(axis, rank), rank - 1));
}

/** Returns both with the classes on the last axis. A target of indices of the prediction's rank has size 1 there. */
export function classesLast(g: Builder, prediction: Value, target: Value, options: OptionRecord): Pair {
  const axis = numberOf(options, "axis");
  const rows = target.type.shape.length === prediction.type.shape.length;
  return { prediction: toLast(g, prediction, axis), target: rows ? toLast(g, target, axis) : target };
}

/** Finds an axis option that is no axis of the prediction, or is its batch axis. */
export const axisMisfit: ScoreMisfit = (prediction, _target, options) => {
  const axis = numberOf(options, "axis");
  if (axisWithin(axis, prediction) !== undefined) return undefined;
  return { option: "axis", message: noAxis(axis, prediction) };
};

/** The same for an option that holds several axes, or None. */
export const axesMisfit: ScoreMisfit = (prediction, _target, options) => {
  const wrong = maybeIntegers(options, "axis")?.find((axis) => axisWithin(axis, prediction) === undefined);
  return wrong === undefined ? undefined : { option: "axis", message: noAxis(wrong, prediction) };
};

function noAxis(axis: number, { shape }: TensorType): string {
  const count = shape.length - 1;
  return `there is no axis ${axis} in predictions with ${count === 1 ? "1 axis" : `${count} axes`}`;
}

/** The option that says along which axis `meanAlong` takes the mean. */
export const meanAxis: OptionDef = {
  type: { kind: "axis" },
  default: -1,
  doc: "The axis over which the mean is taken.",
};

/** Makes a loss that is the mean of `each` over the option `axis`. */
export const meanAlong =
  (each: (g: Builder, pair: Pair, options: OptionRecord) => Value) =>
  (g: Builder, prediction: Value, target: Value, options: OptionRecord): Value =>
    g.mean(each(g, numbersOf(g, prediction, target), options), [numberOf(options, "axis")]);

/** The option of losses about the overlap of two sets. */
export const overlapAxes: OptionDef = {
  type: { kind: "axes" },
  optional: true,
  default: undefined,
  doc: "The axes over which the overlap is counted; without them it is that of the whole batch.",
};

/** Returns the axes of the option `axis`; all of them, with the batch, if it is None. */
export function everyAxisOr(x: Value, options: OptionRecord): readonly number[] {
  const axes = maybeIntegers(options, "axis");
  return axes === undefined ? x.type.shape.map((_, i) => i) : axisPositions(axes, x.type.shape.length);
}

/** Computes the cosine of the angle between two vectors along `axis`; Keras's `normalize` holds short ones up. */
export function cosines(g: Builder, { prediction, target }: Pair, axis: number): Value {
  const unit = (x: Value): Value => {
    const squares = g.sum(g.map("square", x), [axis], true);
    return g.mul(x, g.map("rsqrt", g.map("max", squares, EPSILON * EPSILON)));
  };
  return g.sum(g.mul(unit(target), unit(prediction)), [axis]);
}

/** Makes a loss that is the mean of `each` over the last axis. */
export const meanOver =
  (each: (g: Builder, pair: Pair, options: OptionRecord) => Value) =>
  (g: Builder, prediction: Value, target: Value, options: OptionRecord): Value =>
    g.mean(each(g, numbersOf(g, prediction, target), options), [-1]);

/** Turns targets of 0 and 1 into -1 and 1; targets that are -1 and 1 stay. */
export const signs = (g: Builder, target: Value): Value => g.select(g.map("eq", target, 0), -1, target);

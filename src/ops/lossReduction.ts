// Makes one number of the values of a loss, as Keras's reductions do. It knows no loss.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { product, type Size, sameSize } from "../ir/size.ts";
import type { LossDef, OptionDef } from "./definition.ts";
import { divideNoNan } from "./elementwise.ts";
import { textOf } from "./options.ts";
import { isBatched } from "./shape.ts";

/** Keras's `reduction`. A training needs one number, so its `none` has no meaning here. */
export const reduction: OptionDef = {
  type: { kind: "choice", values: ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight"] },
  default: "sum_over_batch_size",
  doc:
    "How the values of a batch become one number: their mean (`sum_over_batch_size` and `mean`), their sum, or the weighted " +
    "sum divided by the sum of the weights. Keras's `none` leaves no number to train by.",
};

/** The values of a loss, and the weights that they count with. */
export interface LossValues {
  readonly values: Value;
  /** f32 of the shape of `values`: the weight of each; 0 for those that do not count. Undefined means 1. */
  readonly weights?: Value;
  /** The weights before they are spread over the axes that they lack: what `mean_with_sample_weight` divides by, as in Keras. */
  readonly divisor?: Value;
  /** bool of the shape of `values`, if some of them may not count. */
  readonly counted?: Value;
}

export interface LossCall {
  readonly prediction: Value;
  readonly target: Value;
  readonly options: OptionRecord;
  /** One weight for each sample, perhaps with further axes of the values. */
  readonly weight?: Value | undefined;
  /** The mask that the prediction carries: values where it does not hold do not count, as in Keras. */
  readonly mask?: Value | undefined;
}

const everyAxis = (x: Value): readonly number[] => x.type.shape.map((_, i) => i);
const total = (g: Builder, x: Value): Value => g.sum(x, everyAxis(x));

function countOf(g: Builder, shape: readonly Size[]): Value {
  const count = product(shape);
  return typeof count === "number" ? g.constant(count) : g.size(count);
}

/** Whether a mask says of each value if it counts: not where a loss is about the whole batch, or its classes lie along the mask. */
export const reaches = (mask: Value, { type: { shape } }: Value): boolean =>
  mask.type.shape.every((size, i) => size === 1 || sameSize(size, shape[i] ?? 0));

/** Returns 1 for each value that counts, by the loss and by the mask of the prediction; undefined if all count. */
function countedValues(g: Builder, values: Value, counted: Value | undefined, mask: Value | undefined) {
  const { shape } = values.type;
  if (mask === undefined || !reaches(mask, values)) return counted === undefined ? undefined : g.cast(counted, "f32");
  const spread = g.cast(g.broadcast(mask, shape, everyAxis(mask)), "f32");
  return counted === undefined ? spread : g.mul(spread, g.cast(counted, "f32"));
}

/** The values of a loss about the whole batch, once for each place of `of`, whose axes come first. */
function once(g: Builder, values: Value, of: Value): { readonly values: Value; readonly spread: (x: Value) => Value } {
  const rank = of.type.shape.length;
  const shape = [...of.type.shape, ...values.type.shape];
  return {
    values: g.broadcast(
      values,
      shape,
      values.type.shape.map((_, i) => i + rank),
    ),
    spread: (x) => g.broadcast(x, shape, everyAxis(x)),
  };
}

/** A single number counts once for each weight, and for each place where the mask of the prediction holds. */
function wholeValues(g: Builder, found: Value, { weight, mask }: LossCall): LossValues {
  const marks = mask === undefined || found.type.shape.length > 0 ? undefined : g.cast(mask, "f32");
  const around = marks !== undefined && marks.type.shape.length >= (weight?.type.shape.length ?? 0) ? marks : weight;
  if (around === undefined) return { values: found };
  const { values, spread } = once(g, found, around);
  const weights = weight === undefined ? undefined : spread(weight);
  if (marks === undefined) return { values, ...(weights === undefined ? {} : { weights }) };
  const counted = spread(marks);
  return { values, counted, weights: weights === undefined ? counted : g.mul(weights, counted) };
}

/** Computes the values of a loss. A loss about the whole batch counts once for each weight and mark, as in Keras. */
export function lossValues(g: Builder, loss: LossDef, call: LossCall): LossValues {
  const { prediction, target, options, weight } = call;
  const values = loss.expand(g, prediction, target, options);
  if (!isBatched(values.type)) return wholeValues(g, values, call);
  const mask = countedValues(g, values, loss.counts?.(g, values, target, options), call.mask);
  if (weight === undefined) return { values, ...(mask === undefined ? {} : { counted: mask, weights: mask }) };
  const weights = g.broadcast(weight, values.type.shape, everyAxis(weight));
  if (mask === undefined) return { values, weights, divisor: weight };
  return { values, counted: mask, weights: g.mul(weights, mask) };
}

/** Makes one number of values, by a reduction of Keras. Values that do not count take no part in a mean. */
export function reduceLoss(
  g: Builder,
  { values, weights, divisor = weights, counted }: LossValues,
  way: string,
): Value {
  if (values.type.shape.length === 0) return values;
  const sum = total(g, weights === undefined ? values : g.mul(values, weights));
  if (way === "sum") return sum;
  const all = countOf(g, values.type.shape);
  if (way === "mean_with_sample_weight" && divisor !== undefined) return divideNoNan(g, sum, total(g, divisor));
  return counted === undefined ? g.div(sum, all) : divideNoNan(g, sum, total(g, counted));
}

/** Computes a loss of a batch, an f32 scalar. */
export const lossOf = (g: Builder, loss: LossDef, call: LossCall): Value =>
  reduceLoss(g, lossValues(g, loss, call), textOf(call.options, "reduction"));

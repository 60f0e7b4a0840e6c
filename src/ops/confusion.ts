// Counts right and wrong answers at thresholds, as Keras's update_confusion_matrix_variables does: the shared part of the
// metrics that are made of true and false positives and negatives.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { tensor } from "../ir/types.ts";
import type { MetricCall, OptionDef, ScoreMisfit } from "./definition.ts";
import { divideNoNan } from "./elementwise.ts";
import { classShares, isClassIndex, numbersOf, type Pair } from "./loss.ts";
import { stateOf } from "./metric.ts";
import { part } from "./moving.ts";
import { maybeNumber, maybeNumbers } from "./options.ts";
import { ranks } from "./sorting.ts";

/** The four ways in which an answer and the truth can go together. */
export type Outcome = "true_positives" | "false_positives" | "true_negatives" | "false_negatives";

/** At which numbers an answer becomes a yes. */
export interface Thresholds {
  readonly values: readonly number[];
  /** Evenly from 0 to 1: Keras then counts in buckets, which rounds differently beside a threshold. */
  readonly even: boolean;
  /** The first is a little below 0 and the last a little above 1, so that the first takes every answer. */
  readonly beyond?: boolean;
}

/** Keras's number below all predictions that are not among the largest `top_k`. */
const NEVER = -1e10;

const isEven = (values: readonly number[]): boolean =>
  values.length >= 3 &&
  values.every((value, i) => {
    const even = Math.fround(i / (values.length - 1));
    return Math.abs(value - even) <= 1e-7 + 1e-5 * Math.abs(even);
  });

/** Returns the option `thresholds`, or 0.5. */
export function givenThresholds(options: OptionRecord): Thresholds {
  const fallback = options.top_k === undefined ? 0.5 : NEVER;
  const values = maybeNumbers(options, "thresholds") ?? [fallback];
  return { values, even: isEven(values) };
}

/** Returns `count` thresholds evenly from 0 to 1. */
export function evenThresholds(count: number): Thresholds {
  if (count === 1) return { values: [0.5], even: false };
  return { values: Array.from({ length: count }, (_, i) => i / (count - 1)), even: true };
}

/** Returns the thresholds of AUC: those between 0 and 1, with one below and one above. */
export function curveThresholds(between: readonly number[] | undefined, count: number): Thresholds {
  const inner = between?.toSorted((a, b) => a - b) ?? evenThresholds(count).values.slice(1, -1);
  const even = between === undefined || isEven([0, ...inner, 1]);
  return { values: [-1e-7, ...inner, 1 + 1e-7], even, beyond: true };
}

/** Returns prediction and target as numbers of one shape; class indices become rows of 0 and 1. */
export function answersOf(g: Builder, prediction: Value, target: Value): Pair {
  const single = prediction.type.shape.length === 1 || prediction.type.shape[prediction.type.shape.length - 1] === 1;
  if (single || !isClassIndex(prediction, target)) return numbersOf(g, prediction, target);
  return { prediction: g.cast(prediction, "f32"), target: classShares(g, prediction, target) };
}

/** Leaves the `top_k` largest of each row, the first of equals first, and makes the others NEVER. */
function topOnly(g: Builder, x: Value, k: number): Value {
  return g.select(g.map("lt", ranks(g, x, x.type.shape.length - 1, "down"), k), x, NEVER);
}

/** Takes one class of each row. */
function classOnly(g: Builder, x: Value, id: number): Value {
  return part(g, x, x.type.shape.length - 1, id, 1);
}

/** Returns what the options `top_k` and `class_id` leave of prediction and target. */
function chosenAnswers(g: Builder, { prediction, target, options }: MetricCall): Pair {
  const pair = answersOf(g, prediction, target);
  const [k, id] = [maybeNumber(options, "top_k"), maybeNumber(options, "class_id")];
  const top = k === undefined ? pair : { ...pair, prediction: topOnly(g, pair.prediction, k) };
  if (id === undefined) return top;
  return { prediction: classOnly(g, top.prediction, id), target: classOnly(g, top.target, id) };
}

/** Returns f32 of the shape of x with an axis of thresholds: 1 where the answer is a yes. */
function yesAt(g: Builder, x: Value, { values, even, beyond }: Thresholds): Value {
  const shape = [...x.type.shape, values.length];
  const spread = (v: Value): Value => g.broadcast(v, shape, [...x.type.shape.keys()]);
  if (!even) return g.cast(g.map("gt", spread(x), g.constant(values, tensor("f32", values.length))), "f32");
  const within = g.map("min", g.map("max", x, 0), 1);
  const bucket = g.sub(g.map("ceil", g.mul(within, values.length - 1)), 1);
  const held = beyond === true ? g.map("relu", bucket) : bucket;
  const type = tensor("i32", ...shape);
  return g.cast(g.map("ge", spread(g.cast(held, "i32")), g.iota(type, shape.length - 1)), "f32");
}

interface CountOptions {
  readonly thresholds: Thresholds;
  /** Counts for each column of the predictions by itself. */
  readonly byLabel?: boolean;
  readonly labelWeights?: readonly number[] | undefined;
}

/** Returns what a batch adds to the counts of each outcome: [thresholds], or [thresholds, labels]. */
export function countOutcomes(
  g: Builder,
  call: MetricCall,
  { thresholds, byLabel = false, labelWeights }: CountOptions,
): Readonly<Record<Outcome, Value>> {
  const { prediction, target } = chosenAnswers(g, call);
  const { shape } = prediction.type;
  const truth = g.cast(g.map("ne", target, 0), "f32");
  const samples = call.weight === undefined ? 1 : g.broadcast(call.weight, shape, [...call.weight.type.shape.keys()]);
  const weight =
    labelWeights === undefined ? samples : g.mul(samples, g.constant(labelWeights, tensor("f32", labelWeights.length)));
  const [yes, no] = [g.mul(truth, weight), g.mul(g.sub(1, truth), weight)];
  const answers = yesAt(g, prediction, thresholds);
  const spread = (v: Value): Value => g.broadcast(v, answers.type.shape, [...shape.keys()]);
  const added = byLabel ? [0] : [...shape.keys()];
  const count = (is: Value, of: Value): Value => {
    const sum = g.sum(g.mul(is, spread(of)), added);
    return byLabel ? g.transpose(sum, [1, 0]) : sum;
  };
  const not = g.sub(1, answers);
  return {
    true_positives: count(answers, yes),
    false_positives: count(answers, no),
    true_negatives: count(not, no),
    false_negatives: count(not, yes),
  };
}

/** The shared part of metrics that are made of counts of some outcomes. */
export function countingMetric(outcomes: readonly Outcome[], thresholdsOf: (options: OptionRecord) => Thresholds) {
  return {
    state: (_prediction: unknown, _target: unknown, options: OptionRecord) =>
      outcomes.map((name) => ({ name, shape: [thresholdsOf(options).values.length] })),
    update(g: Builder, call: MetricCall): Readonly<Record<string, Value>> {
      const counts = countOutcomes(g, call, { thresholds: thresholdsOf(call.options) });
      return Object.fromEntries(outcomes.map((name) => [name, g.add(stateOf(call.state, name), counts[name])]));
    },
  };
}

/** Returns a / (a + b), and 0 where both are 0. */
export const shareOf = (g: Builder, state: Readonly<Record<string, Value>>, a: Outcome, b: Outcome): Value =>
  divideNoNan(g, stateOf(state, a), g.add(stateOf(state, a), stateOf(state, b)));

/** One number instead of a list of one. */
export const unlisted = (g: Builder, x: Value): Value => (x.type.shape[0] === 1 ? g.reshape(x, []) : x);

export const thresholdsOption: OptionDef = {
  type: { kind: "numbers", single: true, min: 0, max: 1 },
  optional: true,
  default: undefined,
  doc: "Predictions above it are a yes: a number, by default 0.5, or a list with a result for each.",
};
export const topKOption: OptionDef = {
  type: { kind: "int", min: 1 },
  optional: true,
  default: undefined,
  doc: "Only so many of the largest predictions of a row can be a yes; then there is no threshold by default.",
};
export const classIdOption: OptionDef = {
  type: { kind: "int", min: 0 },
  optional: true,
  default: undefined,
  doc: "The only class to count; all by default.",
};
export const numThresholds: OptionDef = {
  type: { kind: "int", min: 1, max: 10_000 },
  default: 200,
  doc: "The number of thresholds to try, evenly from 0 to 1.",
};
/** A bound that the other quantity must reach. */
export const boundOption = (doc: string): OptionDef => ({
  type: { kind: "float", min: 0, max: 1 },
  required: true,
  doc,
});

/** Finds a `class_id` or `top_k` that rows of predictions do not have. */
export const choiceMisfit: ScoreMisfit = ({ shape }, _target, options) => {
  const last = shape.length === 1 ? 1 : shape[shape.length - 1];
  if (typeof last !== "number") return undefined;
  const count = last === 1 ? "1 number" : `${last} numbers`;
  const [k, id] = [maybeNumber(options, "top_k"), maybeNumber(options, "class_id")];
  if (k !== undefined && k > last) return { option: "top_k", message: `a prediction has only ${count}` };
  if (id === undefined || id < last) return undefined;
  return { option: "class_id", message: `a prediction has ${count}, counted from 0` };
};

/** Returns the largest of `of` where `bound` reaches `least`; 0 if it nowhere does. */
export function largestWhere(g: Builder, bound: Value, least: number, of: Value): Value {
  return g.map("max", g.max(g.select(g.map("ge", bound, least), of, 0), [0]), 0);
}

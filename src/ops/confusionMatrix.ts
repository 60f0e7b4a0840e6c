// Counts how often each class is taken for each other: the shared part of the metrics about intersections of classes.

import type { Builder, Value } from "../ir/builder.ts";
import type { NamedLoop, OptionRecord } from "../ir/graph.ts";
import { product, type Size, sameSize } from "../ir/size.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import type { MetricCall, OptionDef, ScoreMisfit } from "./definition.ts";
import { oneHot } from "./indices.ts";
import { EPSILON } from "./loss.ts";
import { stateOf } from "./metric.ts";
import { flag, flagOption, maybeNumber, numberOf, numbers } from "./options.ts";
import { axisPosition, axisWithin } from "./shape.ts";

/** The true and the answered class of each element, i32 of one shape. */
export interface Classes {
  readonly truth: Value;
  readonly answer: Value;
}

/** Returns f32 with an axis of classes last: 1 at the class. A class out of range is nowhere. */
const rowsOfOne = (g: Builder, classes: Value, count: number): Value =>
  g.cast(oneHot(g, classes, count, classes.type.shape.length), "f32");

/** Returns [count, count]: how often the class of the row was taken for that of the column, by weight. */
export function countPairs(g: Builder, { truth, answer }: Classes, count: number, weight: Value | undefined): Value {
  const rows = rowsOfOne(g, truth, count);
  const { shape } = rows.type;
  const weighted = weight === undefined ? rows : g.mul(rows, g.broadcast(weight, shape, [...weight.type.shape.keys()]));
  const loops: NamedLoop[] = truth.type.shape.map((extent, i) => ({ name: `a${i}`, extent }));
  const at = (...names: readonly string[]) => names.map((loop) => ({ offset: 0, strides: { [loop]: 1 } }));
  const names = loops.map(({ name }) => name);
  return g.contract({
    loops: [...loops, { name: "i", extent: count }, { name: "j", extent: count }],
    shape: [count, count],
    out: at("i", "j"),
    lhs: weighted,
    left: at(...names, "i"),
    rhs: rowsOfOne(g, answer, count),
    right: at(...names, "j"),
  });
}

/** The sum of a metric of class pairs. */
export const MATRIX = "total_confusion_matrix";
export const matrixState = (count: number) => [{ name: MATRIX, shape: [count, count] }];

/** Returns the intersection over union of each class, and whether the class occurs at all: f32 of the classes. */
function overlaps(g: Builder, matrix: Value): { readonly iou: Value; readonly occurs: Value } {
  const type = tensor("i32", ...matrix.type.shape);
  const diagonal = g.cast(g.map("eq", g.iota(type, 0), g.iota(type, 1)), "f32");
  const right = g.sum(g.mul(matrix, diagonal), [0]);
  const union = g.sub(g.add(g.sum(matrix, [0]), g.sum(matrix, [1])), right);
  const occurs = g.map("gt", union, 1e-9);
  const iou = g.select(occurs, g.div(right, g.add(union, EPSILON)), 0);
  return { iou, occurs: g.cast(occurs, "f32") };
}

/** Returns the mean over the given classes that occur. */
export function meanOverlap(g: Builder, state: Readonly<Record<string, Value>>, ids: readonly number[]): Value {
  const matrix = stateOf(state, MATRIX);
  const { iou, occurs } = overlaps(g, matrix);
  const count = Number(matrix.type.shape[0]);
  const times = Array.from({ length: count }, (_, i) => ids.filter((id) => id === i).length);
  const counted = g.constant(times, tensor("f32", count));
  const sum = (x: Value): Value => g.sum(g.mul(x, counted), [0]);
  return g.div(sum(iou), g.add(sum(occurs), EPSILON));
}

export const numClasses: OptionDef = {
  type: { kind: "int", min: 1, max: 10_000 },
  required: true,
  doc: "The number of classes.",
};
export const targetClassIds: OptionDef = {
  type: { kind: "numbers", whole: true, min: 0 },
  required: true,
  doc: "The classes whose mean is taken.",
};
export const overlapOptions = {
  ignore_class: {
    type: { kind: "int" },
    optional: true,
    default: undefined,
    doc: "A true class whose elements do not count.",
  },
  sparse_y_pred: flagOption(
    true,
    "Whether predictions are class indices; if not, the largest along `axis` is the class.",
  ),
  axis: { type: { kind: "axis" }, default: -1, doc: "The axis of the classes." },
} satisfies Record<string, OptionDef>;
export const sparseTruth: OptionDef = flagOption(
  true,
  "Whether targets are class indices; if not, the largest along `axis` is the class.",
);

const without = (shape: readonly Size[], axis: number): readonly Size[] =>
  shape.filter((_, i) => i !== axisPosition(axis, shape.length));
const alike = (a: readonly Size[], b: readonly Size[]): boolean => sameSize(product(a), product(b));

/** Whether targets are rows, whose largest element is the class. One column of numbers is a row; classes in one column are indices. */
function holdsRows({ target, options }: MetricCall, answer: Value): boolean {
  const { shape, dtype } = target.type;
  if (!alike(shape, answer.type.shape)) return true;
  if (options.sparse_y_true === true || dtype !== "f32") return false;
  const axis = numberOf(options, "axis");
  return axisWithin(axis, target.type) !== undefined && alike(without(shape, axis), answer.type.shape);
}

/** Returns the classes of predictions and targets. Targets that are indices stay so, whatever the options say. */
function classesOf(g: Builder, call: MetricCall): Classes {
  const { prediction, target, options } = call;
  const axis = numberOf(options, "axis");
  const answer = flag(options, "sparse_y_pred") ? g.cast(prediction, "i32") : g.argReduce("max", prediction, axis);
  const truth = holdsRows(call, answer) ? g.argReduce("max", target, axis) : g.cast(target, "i32");
  return { answer, truth: g.reshape(truth, answer.type.shape) };
}

/** Finds predictions and targets that do not hold one class for each other. */
const overlapMisfit: ScoreMisfit = (prediction, target, options) => {
  const axis = numberOf(options, "axis");
  const sparse = flag(options, "sparse_y_pred");
  if (!sparse && axisWithin(axis, prediction) === undefined)
    return {
      option: "axis",
      message: `there is no axis ${axis} in predictions with ${prediction.shape.length - 1} axes`,
    };
  const answers = sparse ? prediction.shape : without(prediction.shape, axis);
  const rows = axisWithin(axis, target) === undefined ? target.shape : without(target.shape, axis);
  // Metrics without the option take rows.
  if (alike(answers, target.shape) || (options.sparse_y_true !== true && alike(answers, rows))) return undefined;
  if (sparse && axisWithin(axis, prediction) !== undefined && fitsAsRows(prediction, target, options))
    return {
      option: "sparse_y_pred",
      message: "predictions are no class indices; false takes the largest along the axis",
    };
  return { option: "sparse_y_true", message: "targets do not hold one class for each class of the predictions" };
};

const fitsAsRows = (prediction: TensorType, target: TensorType, options: OptionRecord): boolean =>
  overlapMisfit(prediction, target, { ...options, sparse_y_pred: false }) === undefined;

/** The shared part of the metrics about the intersection over the union of classes. */
export const overlapMetric = (idsOf: (options: OptionRecord) => readonly number[]) => ({
  misfit: overlapMisfit,
  state: (_prediction: unknown, _target: unknown, options: OptionRecord) =>
    matrixState(numberOf(options, "num_classes")),
  update(g: Builder, call: MetricCall): Readonly<Record<string, Value>> {
    const classes = classesOf(g, call);
    const ignored = maybeNumber(call.options, "ignore_class");
    // A class that does not exist is counted nowhere.
    const truth =
      ignored === undefined ? classes.truth : g.select(g.map("ne", classes.truth, ignored), classes.truth, -1);
    const added = countPairs(g, { ...classes, truth }, numberOf(call.options, "num_classes"), call.weight);
    return { [MATRIX]: g.add(stateOf(call.state, MATRIX), added) };
  },
  result: (g: Builder, state: Readonly<Record<string, Value>>, options: OptionRecord): Value =>
    meanOverlap(g, state, idsOf(options)),
});

/** Finds a class beyond `num_classes`. */
export function idsProblem(options: OptionRecord): { readonly option: string; readonly message: string } | undefined {
  const count = numberOf(options, "num_classes");
  const ids = numbers(options, "target_class_ids");
  const wrong = ids.find((id) => id >= count);
  if (wrong !== undefined)
    return { option: "target_class_ids", message: `class ${wrong} is none of ${count}, which count from 0` };
  return ids.length === 0 ? { option: "target_class_ids", message: "it is empty" } : undefined;
}

export const everyClass = (options: OptionRecord): readonly number[] =>
  Array.from({ length: numberOf(options, "num_classes") }, (_, i) => i);

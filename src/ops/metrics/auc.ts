import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { tensor } from "../../ir/types.ts";
import { answersOf, countOutcomes, curveThresholds, type Outcome, shareOf, type Thresholds } from "../confusion.ts";
import { defineMetric, type MetricCall } from "../definition.ts";
import { divideNoNan } from "../elementwise.ts";
import { fromLogits, stateOf, takesLogits } from "../metric.ts";
import { flag, flagOption, maybeNumber, maybeNumbers, numberOf, textOf } from "../options.ts";

type State = Readonly<Record<string, Value>>;

const outcomes = [
  "true_positives",
  "false_positives",
  "true_negatives",
  "false_negatives",
] as const satisfies readonly Outcome[];

const thresholdsOf = (options: OptionRecord): Thresholds =>
  curveThresholds(maybeNumbers(options, "thresholds"), numberOf(options, "num_thresholds"));

/** Returns all but the last, and all but the first, along the axis of thresholds. */
function neighbours(g: Builder, x: Value): { readonly before: Value; readonly after: Value } {
  const [count = 1, ...labels] = x.type.shape;
  const shape = [Number(count) - 1, ...labels];
  const rest = labels.map(() => 0);
  return { before: g.slice(x, [0, ...rest], shape), after: g.slice(x, [1, ...rest], shape) };
}

/** Computes the area under a precision-recall curve by the interpolation of Davis and Goadrich 2006. */
function interpolatedArea(g: Builder, state: State): Value {
  const positives = stateOf(state, "true_positives");
  const tp = neighbours(g, positives);
  const all = neighbours(g, g.add(positives, stateOf(state, "false_positives")));
  const missed = neighbours(g, stateOf(state, "false_negatives"));
  const gained = g.sub(tp.before, tp.after);
  const slope = divideNoNan(g, gained, g.map("relu", g.sub(all.before, all.after)));
  const intercept = g.sub(tp.after, g.mul(slope, all.after));
  const both = g.map("and", g.map("gt", all.before, 0), g.map("gt", all.after, 0));
  const ratio = g.select(both, divideNoNan(g, all.before, g.map("relu", all.after)), 1);
  const area = g.mul(slope, g.add(gained, g.mul(intercept, g.map("log", ratio))));
  return divideNoNan(g, area, g.map("relu", g.add(tp.after, missed.after)));
}

/** Computes the gains of precision and recall, Flach and Kull 2015; those of a threshold without a hit are 1 and 0. */
function gains(g: Builder, state: State): { readonly x: Value; readonly y: Value } {
  const [tp, fp, tn, fn] = outcomes.map((name) => stateOf(state, name)) as [Value, Value, Value, Value];
  const odds = divideNoNan(g, g.add(tp, fn), g.add(tn, fp));
  const gain = (wrong: Value): Value => g.sub(1, g.mul(odds, divideNoNan(g, wrong, tp)));
  const none = g.map("eq", tp, 0);
  return { x: g.map("relu", g.select(none, 0, gain(fn))), y: g.select(none, 1, gain(fp)) };
}

function curveOf(g: Builder, state: State, curve: string): { readonly x: Value; readonly y: Value } {
  if (curve === "PRGAIN") return gains(g, state);
  const recall = shareOf(g, state, "true_positives", "false_negatives");
  if (curve === "PR") return { x: recall, y: shareOf(g, state, "true_positives", "false_positives") };
  return { x: shareOf(g, state, "false_positives", "true_negatives"), y: recall };
}

/** Returns the area between each two thresholds. */
function areas(g: Builder, state: State, options: OptionRecord): Value {
  const [curve, method] = [textOf(options, "curve").toUpperCase(), textOf(options, "summation_method")];
  if (curve === "PR" && method === "interpolation") return interpolatedArea(g, state);
  const points = curveOf(g, state, curve);
  const [x, y] = [neighbours(g, points.x), neighbours(g, points.y)];
  const height =
    method === "interpolation"
      ? g.div(g.add(y.before, y.after), 2)
      : g.map(method === "minoring" ? "min" : "max", y.before, y.after);
  return g.mul(g.sub(x.before, x.after), height);
}

function update(g: Builder, call: MetricCall): State {
  const { options } = call;
  const byLabel = flag(options, "multi_label");
  const pair = answersOf(g, call.prediction, call.target);
  const prediction = takesLogits(call) ? g.map("sigmoid", pair.prediction) : pair.prediction;
  const labelWeights = byLabel ? undefined : maybeNumbers(options, "label_weights");
  const counts = countOutcomes(
    g,
    { ...call, ...pair, prediction },
    { thresholds: thresholdsOf(options), byLabel, labelWeights },
  );
  return Object.fromEntries(outcomes.map((name) => [name, g.add(stateOf(call.state, name), counts[name])]));
}

function result(g: Builder, state: State, options: OptionRecord): Value {
  const each = g.sum(areas(g, state, options), [0]);
  if (!flag(options, "multi_label")) return each;
  const weights = maybeNumbers(options, "label_weights");
  if (weights === undefined) return g.mean(each, [0]);
  const weight = g.constant(weights, tensor("f32", weights.length));
  return divideNoNan(g, g.sum(g.mul(each, weight), [0]), g.sum(weight, [0]));
}

export const auc = defineMetric({
  name: "auc",
  elsewhere: ["roc_auc", "roc_auc_score", "auroc"],
  aliases: ["AUC"],
  summary:
    "The area under a curve of right and wrong answers at many thresholds. A class index counts as a row of 0 and 1.",
  options: {
    num_thresholds: {
      type: { kind: "int", min: 2, max: 10_000 },
      default: 200,
      doc: "The number of thresholds, evenly from 0 to 1.",
    },
    curve: {
      type: { kind: "choice", values: ["ROC", "PR", "PRGAIN", "roc", "pr", "prgain"] },
      default: "ROC",
      doc: "True over false positives, precision over recall, or the gains of both.",
    },
    summation_method: {
      type: { kind: "choice", values: ["interpolation", "majoring", "minoring"] },
      default: "interpolation",
      doc: "The height between two points: between theirs, the larger or the smaller.",
    },
    thresholds: {
      type: { kind: "numbers", min: 0, max: 1 },
      optional: true,
      default: undefined,
      doc: "The thresholds between 0 and 1, in place of `num_thresholds`.",
    },
    multi_label: flagOption(
      false,
      "Whether each column is a question of its own; the result is then the mean of their areas.",
    ),
    num_labels: {
      type: { kind: "int", min: 1 },
      optional: true,
      default: undefined,
      doc: "With `multi_label`, the number of columns. nnc knows it from the model.",
    },
    label_weights: {
      type: { kind: "numbers", min: 0 },
      optional: true,
      default: undefined,
      doc: "The weight of each column.",
    },
    from_logits: fromLogits,
  },
  positional: [],
  problem(options) {
    if (options.num_labels === undefined || options.multi_label === true) return undefined;
    return { option: "num_labels", message: "it goes with multi_label: true only" };
  },
  misfit({ shape }, _target, options) {
    const labels = shape.length === 1 ? 1 : Number(shape[shape.length - 1]);
    if (options.multi_label === true && shape.length > 2)
      return { option: "multi_label", message: "predictions must be rows of numbers" };
    const given = maybeNumber(options, "num_labels");
    if (given !== undefined && given !== labels)
      return { option: "num_labels", message: `predictions have ${labels} columns, not ${given}` };
    const weights = maybeNumbers(options, "label_weights");
    if (weights === undefined || weights.length === labels) return undefined;
    return {
      option: "label_weights",
      message: `it has ${weights.length} weights, but predictions have ${labels} columns`,
    };
  },
  state({ shape }, _target, options) {
    const thresholds = thresholdsOf(options).values.length;
    const labels = shape.length === 1 ? 1 : Number(shape[shape.length - 1]);
    const sizes = flag(options, "multi_label") ? [thresholds, labels] : [thresholds];
    return outcomes.map((name) => ({ name, shape: sizes }));
  },
  update,
  result,
  higherIsBetter: true,
  fits: "anything",
  source: "https://keras.io/api/metrics/classification_metrics/#auc-class; Davis, Goadrich 2006",
});

// The F-score, the shared part of f1_score and fbeta_score.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import { answersOf } from "./confusion.ts";
import type { MetricCall, OptionDef } from "./definition.ts";
import { EPSILON } from "./loss.ts";
import { stateOf } from "./metric.ts";
import { maybeNumber } from "./options.ts";

const names = ["true_positives", "false_positives", "false_negatives", "intermediate_weights"] as const;

export const averageOption: OptionDef = {
  type: { kind: "choice", values: ["micro", "macro", "weighted"] },
  optional: true,
  default: undefined,
  doc:
    "How the classes become one number: all counted together, their mean, or that weighted by how often each occurs. " +
    "Without it each class has a result.",
};
export const thresholdOption: OptionDef = {
  type: { kind: "float", min: 0, max: 1, openMin: true },
  optional: true,
  default: undefined,
  doc: "Predictions above it are a yes. Without it the largest of each row is.",
};

const classesOf = ({ shape }: TensorType): number => (shape.length === 1 ? 1 : Number(shape[shape.length - 1]));

/** Returns 1 where the answer is a yes, else 0. A row of zeros has none. */
function yes(g: Builder, prediction: Value, threshold: number | undefined): Value {
  if (threshold !== undefined) return g.cast(g.map("gt", prediction, threshold), "f32");
  const largest = g.map("ge", prediction, g.max(prediction, [-1], true));
  return g.cast(g.map("and", largest, g.map("gt", g.map("abs", prediction), 1e-9)), "f32");
}

function update(g: Builder, call: MetricCall): Readonly<Record<string, Value>> {
  const { prediction, target } = answersOf(g, call.prediction, call.target);
  const { shape } = prediction.type;
  const answer = yes(g, prediction, maybeNumber(call.options, "threshold"));
  const weight = call.weight === undefined ? 1 : g.broadcast(call.weight, shape, [...call.weight.type.shape.keys()]);
  const axes = [...shape.keys()].slice(0, call.options.average === "micro" ? undefined : -1);
  const count = (x: Value): Value => g.sum(g.mul(x, weight), axes);
  const added = {
    true_positives: count(g.mul(answer, target)),
    false_positives: count(g.mul(answer, g.sub(1, target))),
    false_negatives: count(g.mul(g.sub(1, answer), target)),
    intermediate_weights: count(target),
  };
  return Object.fromEntries(names.map((name) => [name, g.add(stateOf(call.state, name), added[name])]));
}

/** The F-score with a given beta: (1 + beta²) · precision · recall / (beta² · precision + recall). */
export const fScoreMetric = (betaOf: (options: OptionRecord) => number) => ({
  state: (prediction: TensorType, _target: TensorType, { average }: OptionRecord) =>
    names.map((name) => ({ name, shape: average === "micro" ? [] : [classesOf(prediction)] })),
  update,
  result(g: Builder, state: Readonly<Record<string, Value>>, options: OptionRecord): Value {
    const square = betaOf(options) ** 2;
    const right = stateOf(state, "true_positives");
    const share = (wrong: "false_positives" | "false_negatives"): Value =>
      g.div(right, g.add(g.add(right, stateOf(state, wrong)), EPSILON));
    const [precision, recall] = [share("false_positives"), share("false_negatives")];
    const divisor = g.add(g.add(g.mul(precision, square), recall), EPSILON);
    const score = g.mul(g.div(g.mul(precision, recall), divisor), 1 + square);
    if (options.average === "macro") return g.mean(score, [0]);
    if (options.average !== "weighted") return score;
    const weights = stateOf(state, "intermediate_weights");
    return g.sum(g.mul(score, g.div(weights, g.add(g.sum(weights, [0]), EPSILON))), [0]);
  },
});

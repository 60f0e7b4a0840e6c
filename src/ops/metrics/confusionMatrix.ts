import type { Builder } from "../../ir/builder.ts";
import type { TensorType } from "../../ir/types.ts";
import { type Classes, countPairs, MATRIX, matrixState } from "../confusionMatrix.ts";
import { defineMetric, type MetricCall } from "../definition.ts";
import { isClassIndex, numbersOf } from "../loss.ts";
import { stateOf } from "../metric.ts";
import { numberOf, numberOption } from "../options.ts";

const lastOf = ({ shape }: TensorType): number => (shape.length === 1 ? 1 : Number(shape[shape.length - 1]));

/** One number is yes or no, several are classes. */
function classesOf(g: Builder, { prediction, target, options }: MetricCall): Classes {
  if (lastOf(prediction.type) === 1) {
    const pair = numbersOf(g, prediction, target);
    const answer = g.cast(g.map("gt", pair.prediction, numberOf(options, "threshold")), "i32");
    return { answer, truth: g.cast(pair.target, "i32") };
  }
  const answer = g.argReduce("max", prediction, -1);
  const truth = isClassIndex(prediction, target) ? g.cast(target, "i32") : g.argReduce("max", target, -1);
  return { answer, truth: g.reshape(truth, answer.type.shape) };
}

export const confusionMatrix = defineMetric({
  name: "confusion_matrix",
  aliases: ["ConfusionMatrix"],
  summary: "A table of how often each true class (row) is taken for each class (column).",
  options: { threshold: numberOption(0.5, "For predictions of one number: those above it are class 1.") },
  positional: [],
  state: (prediction) => matrixState(Math.max(2, lastOf(prediction))),
  update(g, call) {
    const count = Math.max(2, lastOf(call.prediction.type));
    return { [MATRIX]: g.add(stateOf(call.state, MATRIX), countPairs(g, classesOf(g, call), count, call.weight)) };
  },
  result: (_g, state) => stateOf(state, MATRIX),
  higherIsBetter: true,
  fits: "anything",
  source: "https://www.tensorflow.org/api_docs/python/tf/math/confusion_matrix",
});

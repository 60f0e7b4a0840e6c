import type { Builder, Value } from "../../ir/builder.ts";
import { commonLength } from "../alignment.ts";
import { decodedPair, tokenOptions, weightedSum } from "../decoded.ts";
import { defineMetric, type MetricCall } from "../definition.ts";
import { divideNoNan } from "../elementwise.ts";
import { stateOf } from "../metric.ts";
import { textOf } from "../options.ts";

/** Returns the score of each sample. Precision is the common share of the prediction, recall that of the target. */
function scores(g: Builder, call: MetricCall): Value {
  const { predicted, wanted } = decodedPair(g, call);
  const common = commonLength(g, predicted, wanted);
  const score = textOf(call.options, "score");
  if (score === "precision") return divideNoNan(g, common, predicted.length);
  if (score === "recall") return divideNoNan(g, common, wanted.length);
  return divideNoNan(g, g.mul(common, 2), g.add(predicted.length, wanted.length));
}

export const rougeL = defineMetric({
  name: "rouge_l",
  aliases: ["RougeL"],
  summary:
    "The mean over samples of the longest common subsequence: rouge-score's `rougeL` of tokens, without its stemmer.",
  options: {
    score: {
      type: { kind: "choice", values: ["f1", "precision", "recall"] },
      default: "f1",
      doc: "The common share of both, of the prediction, or of the target.",
    },
    ...tokenOptions,
  },
  positional: ["score"],
  state: () => [
    { name: "total", shape: [] },
    { name: "count", shape: [] },
  ],
  update(g, call) {
    const each = scores(g, call);
    const ones = g.broadcast(g.constant(1), each.type.shape, []);
    return {
      total: g.add(stateOf(call.state, "total"), weightedSum(g, call, each)),
      count: g.add(stateOf(call.state, "count"), weightedSum(g, call, ones)),
    };
  },
  result: (g, state) => divideNoNan(g, stateOf(state, "total"), stateOf(state, "count")),
  higherIsBetter: true,
  fits: "sequences",
  source: "Lin 2004, section 3; https://pypi.org/project/rouge-score/",
});

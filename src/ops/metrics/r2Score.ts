import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { product } from "../../ir/size.ts";
import { defineMetric, type MetricCall } from "../definition.ts";
import { divideNoNan } from "../elementwise.ts";
import { numbersOf } from "../loss.ts";
import { stateOf } from "../metric.ts";
import { numberOf } from "../options.ts";

const columns = ["squared_sum", "sum", "residual", "count"];

function update(g: Builder, call: MetricCall): Readonly<Record<string, Value>> {
  const { prediction, target } = numbersOf(g, call.prediction, call.target);
  const { shape } = target.type;
  const ones = g.broadcast(g.constant(1), shape, []);
  const weight = call.weight === undefined ? ones : g.broadcast(call.weight, shape, [...call.weight.type.shape.keys()]);
  const axes = [...shape.keys()].slice(0, -1);
  const sum = (name: string, x: Value): readonly [string, Value] => [
    name,
    g.add(stateOf(call.state, name), g.sum(x, axes)),
  ];
  const weighted = g.mul(target, weight);
  return {
    ...Object.fromEntries([
      sum("squared_sum", g.mul(target, weighted)),
      sum("sum", weighted),
      sum("residual", g.mul(g.map("square", g.sub(target, prediction)), weight)),
      sum("count", weight),
    ]),
    num_samples: g.add(stateOf(call.state, "num_samples"), g.size(product(shape))),
  };
}

/** Takes the number of inputs into account, as adjusted R² does; where there are too few samples, R² stays as it is. */
function adjusted(g: Builder, score: Value, samples: Value, regressors: number): Value {
  if (regressors === 0) return score;
  const free = g.sub(g.sub(samples, regressors), 1);
  const enough = g.map("gt", free, 0);
  const value = g.sub(1, g.div(g.mul(g.sub(1, score), g.sub(samples, 1)), g.select(enough, free, 1)));
  return g.select(enough, value, score);
}

function result(g: Builder, state: Readonly<Record<string, Value>>, options: OptionRecord): Value {
  const sum = stateOf(state, "sum");
  const total = g.sub(stateOf(state, "squared_sum"), g.mul(sum, divideNoNan(g, sum, stateOf(state, "count"))));
  // All targets alike: Keras says 0.
  const varies = g.map("ne", total, 0);
  const raw = g.select(varies, g.sub(1, g.div(stateOf(state, "residual"), g.select(varies, total, 1))), 0);
  const samples = stateOf(state, "num_samples");
  const regressors = numberOf(options, "num_regressors");
  if (options.class_aggregation === "none") return adjusted(g, raw, samples, regressors);
  if (options.class_aggregation === "uniform_average") return adjusted(g, g.mean(raw, [0]), samples, regressors);
  return adjusted(g, divideNoNan(g, g.sum(g.mul(total, raw), [0]), g.sum(total, [0])), samples, regressors);
}

export const r2Score = defineMetric({
  name: "r2_score",
  aliases: ["R2Score", "r2"],
  summary:
    "The share of the targets' variance that the predictions explain: 1 for perfect ones, 0 for those as good as the mean.",
  options: {
    class_aggregation: {
      type: { kind: "choice", values: ["uniform_average", "variance_weighted_average", "none"] },
      default: "uniform_average",
      doc: "How the columns become one number: their mean, that weighted by their variance, or a result for each (Keras's None).",
    },
    num_regressors: {
      type: { kind: "int", min: 0 },
      default: 0,
      doc: "The number of inputs, for the adjusted score; 0 for the plain one.",
    },
  },
  positional: [],
  state({ shape }) {
    const classes = shape.length === 1 ? 1 : Number(shape[shape.length - 1]);
    return [...columns.map((name) => ({ name, shape: [classes] })), { name: "num_samples", shape: [] }];
  },
  update,
  result,
  higherIsBetter: true,
  fits: "numbers",
  source: "https://keras.io/api/metrics/regression_metrics/#r2score-class",
});

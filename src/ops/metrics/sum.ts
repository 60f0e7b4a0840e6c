import { defineMetric } from "../definition.ts";
import { stateOf } from "../metric.ts";

export const sum = defineMetric({
  name: "sum",
  aliases: ["Sum"],
  summary: "The sum of all predictions, whatever the targets are.",
  options: {},
  positional: [],
  state: () => [{ name: "total", shape: [] }],
  update(g, { prediction, weight, state }) {
    const values = g.cast(prediction, "f32");
    const { shape } = values.type;
    const weighted =
      weight === undefined ? values : g.mul(values, g.broadcast(weight, shape, [...weight.type.shape.keys()]));
    return { total: g.add(stateOf(state, "total"), g.sum(weighted, [...shape.keys()])) };
  },
  result: (_g, state) => stateOf(state, "total"),
  higherIsBetter: true,
  fits: "unchecked",
  source: "https://keras.io/api/metrics/reduction_metrics/#sum-class",
});

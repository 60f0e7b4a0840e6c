// Metrics that are a weighted mean over all samples so far. They keep a total and a count, both f32 scalars.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { product, type Size } from "../ir/size.ts";
import type { MetricCall } from "./definition.ts";

const state = [
  { name: "total", shape: [] },
  { name: "count", shape: [] },
];

function stateOf(states: Readonly<Record<string, Value>>, name: string): Value {
  const value = states[name];
  if (value === undefined) throw new CompilerBug(`a metric without its '${name}'`);
  return value;
}

const everyAxis = (x: Value): readonly number[] => x.type.shape.map((_, i) => i);

/** Computes what `values` add to total and count. With weights, each sample counts by the mean of its values. */
function weighed(
  g: Builder,
  values: Value,
  weight: Value | undefined,
): { readonly total: Value; readonly count: Value } {
  if (weight === undefined) {
    const elements: Size = product(values.type.shape);
    const count = typeof elements === "number" ? g.constant(elements) : g.size(elements);
    return { total: g.sum(values, everyAxis(values)), count };
  }
  const samples = g.mean(values, everyAxis(values).slice(weight.type.shape.length));
  return { total: g.sum(g.mul(samples, weight), everyAxis(samples)), count: g.sum(weight, everyAxis(weight)) };
}

/** The shared part of metrics that are means. `values` returns f32, one for each sample (and further axes). */
export function meanMetric(
  values: (g: Builder, call: MetricCall) => Value,
  finish = (_: Builder, mean: Value): Value => mean,
) {
  return {
    state: () => state,
    update(g: Builder, call: MetricCall): Readonly<Record<string, Value>> {
      const added = weighed(g, values(g, call), call.weight);
      return {
        total: g.add(stateOf(call.state, "total"), added.total),
        count: g.add(stateOf(call.state, "count"), added.count),
      };
    },
    /** Returns 0 until something is counted, as Keras does. */
    result(g: Builder, states: Readonly<Record<string, Value>>, _options: OptionRecord): Value {
      const count = stateOf(states, "count");
      const any = g.map("ne", count, 0);
      const mean = g.select(any, g.div(stateOf(states, "total"), g.select(any, count, 1)), 0);
      return finish(g, mean);
    },
  };
}

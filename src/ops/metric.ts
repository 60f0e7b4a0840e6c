// Metrics that are a weighted mean over all samples so far. They keep a total and a count, both f32 scalars.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { product, type Size } from "../ir/size.ts";
import type { LossDef, MetricCall, OptionDef } from "./definition.ts";
import { divideNoNan } from "./elementwise.ts";
import { reaches } from "./lossReduction.ts";
import { flagOption } from "./options.ts";

const state = [
  { name: "total", shape: [] },
  { name: "count", shape: [] },
];

/** Returns one of a metric's sums. */
export function stateOf(states: Readonly<Record<string, Value>>, name: string): Value {
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
  const more = everyAxis(values).slice(weight.type.shape.length);
  const samples = more.length === 0 ? values : g.mean(values, more);
  return { total: g.sum(g.mul(samples, weight), everyAxis(samples)), count: g.sum(weight, everyAxis(weight)) };
}

/** Returns the weights of samples, or of their values where the mask that the prediction carries has more axes. */
function maskedWeight(g: Builder, { weight, mask }: MetricCall, each: Value): Value | undefined {
  if (mask === undefined || !reaches(mask, each)) return weight;
  const holds = g.cast(mask, "f32");
  if (weight === undefined) return holds;
  return g.mul(g.broadcast(weight, mask.type.shape, everyAxis(weight)), holds);
}

/** Returns the weights of the values, 0 for those that do not count; undefined if all count alike. */
function weightsOf(g: Builder, weight: Value | undefined, values: Value, counts: Value | undefined): Value | undefined {
  if (counts === undefined) return weight;
  const counted = g.cast(counts, "f32");
  if (weight === undefined) return counted;
  return g.mul(g.broadcast(weight, values.type.shape, everyAxis(weight)), counted);
}

interface MeanOptions {
  /** Computes the result of the mean. */
  finish?(g: Builder, mean: Value): Value;
  /** Returns bool of the shape of the values, false for those that do not count; undefined if all do. */
  counts?(g: Builder, values: Value, call: MetricCall): Value | undefined;
}

/** The shared part of metrics that are means. `values` returns f32, one for each sample (and further axes). */
export function meanMetric(values: (g: Builder, call: MetricCall) => Value, { finish, counts }: MeanOptions = {}) {
  return {
    state: () => state,
    update(g: Builder, call: MetricCall): Readonly<Record<string, Value>> {
      const each = values(g, call);
      const added = weighed(g, each, weightsOf(g, maskedWeight(g, call, each), each, counts?.(g, each, call)));
      return {
        total: g.add(stateOf(call.state, "total"), added.total),
        count: g.add(stateOf(call.state, "count"), added.count),
      };
    },
    /** Returns 0 until something is counted, as Keras does. */
    result(g: Builder, states: Readonly<Record<string, Value>>, _options: OptionRecord): Value {
      const mean = divideNoNan(g, stateOf(states, "total"), stateOf(states, "count"));
      return finish === undefined ? mean : finish(g, mean);
    },
  };
}

/** Whether predictions are logits: the metric's option says so, or the loss takes them as logits. */
export const takesLogits = ({ options, form }: Pick<MetricCall, "options" | "form">): boolean =>
  options.from_logits === true || form === "logits";

/** The option of a metric. */
export const fromLogits: OptionDef = flagOption(
  false,
  "Whether predictions are logits, the numbers before a softmax or sigmoid. They are if the loss takes them as logits.",
);

/** The shared part of metrics that are the mean of a loss, whose options they have. */
export function meanOfLoss(loss: LossDef) {
  const { reduction: _, ...own } = loss.options;
  const hasLogits = own.from_logits !== undefined;
  const options = hasLogits ? { ...own, from_logits: fromLogits } : own;
  const optionsOf = (call: MetricCall): OptionRecord =>
    hasLogits ? { ...call.options, from_logits: takesLogits(call) } : call.options;
  return {
    ...meanMetric((g, call) => loss.expand(g, call.prediction, call.target, optionsOf(call)), {
      // Without weights Keras's means count every value.
      counts: (g, values, { weight, target, options }) =>
        weight === undefined ? undefined : loss.counts?.(g, values, target, options),
    }),
    options,
    ...(loss.misfit === undefined ? {} : { misfit: loss.misfit }),
  };
}

export const topK: OptionDef = {
  type: { kind: "int", min: 1 },
  default: 5,
  doc: "How many of the largest predictions count.",
};

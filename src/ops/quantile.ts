// Elements at given shares of the order, for the functions `median`, `quantile` and `percentile`.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, type Expanded, type OptionDef, ok } from "./definition.ts";
import { countOf, inputAt, samplesOf } from "./indices.ts";
import { flag, numbers, textOf } from "./options.ts";
import { axesMissing, axesOption, chosenAxes, keepOption, withoutAxes } from "./reducing.ts";
import { accepted, dtypeProblem, isBatched } from "./shape.ts";
import { elementOfRank, ranks } from "./sorting.ts";

/** The options of all three. */
export const lookOptions = { axis: axesOption("The axes over which to look"), keepdims: keepOption };

export const methodOption = {
  type: { kind: "choice", values: ["linear", "lower", "higher", "midpoint", "nearest"] },
  default: "linear",
  doc: "What lies between two elements: a weighted mean, one of them, their mean, or the nearer one.",
} as const satisfies OptionDef;

/** Whether the quantiles have an axis of their own: a list of shares gives one, a number none. */
const hasList = ({ q }: OptionRecord): boolean => Array.isArray(q);

/** The type of the quantiles; those of a list come along the first axis (of a sample). */
export function quantileType(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
  const [x] = inputs;
  if (x === undefined || inputs.length !== 1) return bad({ problem: "inputs", expected: "one", actual: inputs.length });
  const wrong = dtypeProblem(inputs, ["f32"]);
  if (wrong !== undefined) return bad(wrong);
  const missing = axesMissing(x, options);
  if (missing !== undefined) return bad(missing);
  const shape = withoutAxes(x.shape, chosenAxes(x, options), flag(options, "keepdims"));
  const list = hasList(options) ? [numbers(options, "q").length] : [];
  const batch = isBatched(x) ? 1 : 0;
  return ok({ dtype: "f32", shape: [...shape.slice(0, batch), ...list, ...shape.slice(batch)] });
}

/** The nearer of two places; between them, the even one. */
function nearest(place: number): number {
  const low = Math.floor(place);
  if (place - low !== 0.5) return Math.round(place);
  return low % 2 === 0 ? low : low + 1;
}

/** The quantile at `share` of the order of the last axis, which disappears. */
function quantileAt(g: Builder, x: Value, order: Value, share: number, method: string, count: number): Value {
  const place = share * (count - 1);
  const [low, high] = [Math.floor(place), Math.ceil(place)];
  const at = (rank: number): Value => elementOfRank(g, x, order, rank);
  if (method === "lower" || low === high) return at(low);
  if (method === "higher") return at(high);
  if (method === "nearest") return at(nearest(place));
  const part = method === "midpoint" ? 0.5 : place - low;
  return g.add(g.mul(at(low), 1 - part), g.mul(at(high), part));
}

/** The quantiles at some shares, from 0 to 1. */
export function quantiles(g: Builder, call: ExpandCall, shares: readonly number[]): Expanded {
  const x = inputAt(call.inputs, 0);
  const axes = chosenAxes(x.type, call.options);
  const kept = x.type.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const sizes = (list: readonly number[]) => list.map((axis) => x.type.shape[axis] ?? 1);
  const count = countOf(sizes(axes));
  const rows = g.reshape(g.transpose(x, [...kept, ...axes]), [...sizes(kept), count]);
  const order = ranks(g, rows, kept.length, "up");
  const method = textOf(call.options, "method");
  const found = shares.map((share) => quantileAt(g, rows, order, share, method, count));
  const batch = samplesOf(x.type).samples;
  const one = g.concat(
    found.map((value) => g.reshape(value, [...batch, 1, ...value.type.shape.slice(batch.length)])),
    batch.length,
  );
  return { output: g.reshape(one, accepted(quantileType([x.type], call.options)).shape) };
}

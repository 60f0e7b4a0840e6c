// Elements at given shares of the order, for the functions `median`, `quantile` and `percentile`.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, type Expanded, type OptionDef, ok } from "./definition.ts";
import { countOf, inputAt, samplesOf } from "./indices.ts";
import { flag, maybeIntegers, numbers, textOf } from "./options.ts";
import { axisPositions, axisProblem, axisWithin, dtypeProblem, isBatched } from "./shape.ts";
import { elementOfRank, ranks } from "./sorting.ts";

export const axesOption = {
  type: { kind: "axes" },
  optional: true,
  default: undefined,
  doc: "The axes over which to look. Without any, all elements (of a sample) count.",
} as const satisfies OptionDef;

export const keepdimsOption = {
  type: { kind: "bool" },
  default: false,
  doc: "Whether the axes stay, with size 1.",
} as const satisfies OptionDef;

export const methodOption = {
  type: { kind: "choice", values: ["linear", "lower", "higher", "midpoint", "nearest"] },
  default: "linear",
  doc: "What lies between two elements: a weighted mean, one of them, their mean, or the nearer one.",
} as const satisfies OptionDef;

/** The axes over which to look, ascending; undefined if one is not there. */
function axesOf(x: TensorType, options: OptionRecord): readonly number[] | undefined {
  const given = maybeIntegers(options, "axis");
  if (given === undefined) return x.shape.map((_, axis) => axis).slice(isBatched(x) ? 1 : 0);
  return given.some((axis) => axisWithin(axis, x) === undefined) ? undefined : axisPositions(given, x.shape.length);
}

/** Whether the quantiles have an axis of their own: a list of shares gives one, a number none. */
const hasList = ({ q }: OptionRecord): boolean => Array.isArray(q);

/** The type of the quantiles; those of a list come along the first axis (of a sample). */
export function quantileType(inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> {
  const [x] = inputs;
  if (x === undefined || inputs.length !== 1) return bad({ problem: "inputs", expected: "one", actual: inputs.length });
  const wrong = dtypeProblem(inputs, ["f32"]);
  if (wrong !== undefined) return bad(wrong);
  const axes = axesOf(x, options);
  if (axes === undefined) return bad(axisProblem("axis", maybeIntegers(options, "axis")?.[0] ?? 0, x.shape.length));
  const keep = flag(options, "keepdims");
  const shape = x.shape.flatMap((size, axis) => (!axes.includes(axis) ? [size] : keep ? [1] : []));
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
  const axes = axesOf(x.type, call.options) ?? [];
  const kept = x.type.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const sizes = (list: readonly number[]) => list.map((axis) => x.type.shape[axis] ?? 1);
  const count = countOf(sizes(axes));
  const rows = g.reshape(g.transpose(x, [...kept, ...axes]), [...sizes(kept), count]);
  const order = ranks(g, rows, kept.length, "up");
  const method = textOf(call.options, "method");
  const found = shares.map((share) => quantileAt(g, rows, order, share, method, count));
  const batch = samplesOf(x.type).samples;
  const type = quantileType([x.type], call.options);
  const one = g.concat(
    found.map((value) => g.reshape(value, [...batch, 1, ...value.type.shape.slice(batch.length)])),
    batch.length,
  );
  return { output: "ok" in type ? g.reshape(one, type.ok.shape) : one };
}

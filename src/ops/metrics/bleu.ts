import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { tensor } from "../../ir/types.ts";
import { accumulated } from "../accumulating.ts";
import { decodedPair, type Tokens, tokenOptions, weightedSum } from "../decoded.ts";
import { defineMetric, type MetricCall } from "../definition.ts";
import { divideNoNan } from "../elementwise.ts";
import { stateOf } from "../metric.ts";
import { flag, flagOption, maybeNumber, numberOf, textOf } from "../options.ts";

type State = Readonly<Record<string, Value>>;

/** What sacrebleu adds where `smooth_value` does not say. */
const usualValue: Readonly<Record<string, number>> = { floor: 0.1, add_k: 1 };

/** Returns bool [samples, a's places, b's places]: whether the tokens at `ahead` behind both places are equal. */
function equalAt(g: Builder, a: Value, b: Value, ahead: number, places: readonly [number, number]): Value {
  const [samples = 1] = a.type.shape;
  const shape = [samples, ...places];
  const [left, right] = [g.slice(a, [0, ahead], [samples, places[0]]), g.slice(b, [0, ahead], [samples, places[1]])];
  return g.map("eq", g.broadcast(left, shape, [0, 1]), g.broadcast(right, shape, [0, 2]));
}

/** Returns bool [samples, a's places, b's places]: whether the same n tokens begin at both, all of which count in `b`. */
function sameGrams(g: Builder, a: Tokens, b: Tokens, n: number): Value {
  const [samples = 1, first] = a.ids.type.shape;
  const second = Number(b.ids.type.shape[1]);
  const places = [Number(first) - n + 1, second - n + 1] as const;
  let same = equalAt(g, a.ids, b.ids, 0, places);
  for (let ahead = 1; ahead < n; ahead++) same = g.map("and", same, equalAt(g, a.ids, b.ids, ahead, places));
  const shape = [samples, ...places];
  const begins = g.cast(g.iota(tensor("i32", ...shape), 2), "f32");
  return g.map("and", same, g.map("le", g.add(begins, n), g.broadcast(b.length, shape, [0])));
}

/**
 * Counts the runs of n tokens of each prediction, and those that the target has, too: each as often as in the target at
 * most. f32 [samples].
 */
function gramCounts(g: Builder, predicted: Tokens, wanted: Tokens, n: number): { matches: Value; possible: Value } {
  const [samples = 1, steps] = predicted.ids.type.shape;
  const possible = g.map("relu", g.sub(predicted.length, n - 1));
  const [own, other] = [Number(steps) - n + 1, Number(wanted.ids.type.shape[1]) - n + 1];
  if (own < 1 || other < 1) return { matches: g.mul(possible, 0), possible };
  const inTarget = g.sum(g.cast(sameGrams(g, predicted, wanted, n), "f32"), [2]);
  // The first of equal runs is worth a match if the target has one, the second if it has two.
  const shape = [samples, own, own];
  const type = tensor("i32", ...shape);
  const isBefore = g.map("lt", g.iota(type, 2), g.iota(type, 1));
  const same = sameGrams(g, predicted, predicted, n);
  const before = g.sum(g.cast(g.map("and", same, isBefore), "f32"), [2]);
  const begins = g.cast(g.iota(tensor("i32", samples, own), 1), "f32");
  const counts = g.map("le", g.add(begins, n), g.broadcast(predicted.length, [samples, own], [0]));
  const matches = g.sum(g.cast(g.map("and", counts, g.map("lt", before, inTarget)), "f32"), [1]);
  return { matches, possible };
}

function update(g: Builder, call: MetricCall): State {
  const { predicted, wanted } = decodedPair(g, call);
  const orders = Array.from({ length: numberOf(call.options, "max_order") }, (_, i) => i + 1);
  const counts = orders.map((n) => gramCounts(g, predicted, wanted, n));
  const listed = (values: readonly Value[]): Value =>
    g.concat(
      values.map((value) => g.reshape(weightedSum(g, call, value), [1])),
      0,
    );
  const added = {
    matches: listed(counts.map(({ matches }) => matches)),
    possible: listed(counts.map(({ possible }) => possible)),
    predicted: weightedSum(g, call, predicted.length),
    wanted: weightedSum(g, call, wanted.length),
  };
  return Object.fromEntries(Object.entries(added).map(([name, sum]) => [name, g.add(stateOf(call.state, name), sum)]));
}

/** Returns the share of matches of each order, and whether predictions have any run of it. */
function precisions(
  g: Builder,
  state: State,
  options: OptionRecord,
): { readonly precision: Value; readonly any: Value } {
  const method = textOf(options, "smoothing");
  const value = maybeNumber(options, "smooth_value") ?? usualValue[method] ?? 0;
  const counted = { matches: stateOf(state, "matches"), possible: stateOf(state, "possible") };
  const [orders = 1] = counted.matches.type.shape;
  const later = g.cast(g.map("gt", g.iota(tensor("i32", orders), 0), 0), "f32");
  const more = g.mul(later, method === "add_k" ? value : 0);
  const matches = g.add(counted.matches, more);
  // No order counts behind one that has no run.
  const none = accumulated(g, g.cast(g.map("eq", g.add(counted.possible, more), 0), "f32"), 0, "add");
  const any = g.map("eq", none, 0);
  const possible = g.select(any, g.add(counted.possible, more), 1);
  const isZero = g.map("eq", matches, 0);
  const zeros = accumulated(g, g.cast(g.map("and", isZero, any), "f32"), 0, "add");
  const smooth = method === "exp" ? g.map("exp", g.mul(zeros, -Math.LN2)) : g.constant(method === "floor" ? value : 0);
  return { precision: g.div(g.select(isZero, smooth, matches), possible), any };
}

function result(g: Builder, state: State, options: OptionRecord): Value {
  const { precision, any } = precisions(g, state, options);
  const effective = flag(options, "effective_order");
  const used = effective ? any : g.map("ge", precision, 0);
  const counts = g.cast(used, "f32");
  const zero = g.map("and", used, g.map("or", g.map("not", any), g.map("le", precision, 0)));
  const logs = g.map("log", g.select(g.map("gt", precision, 0), precision, 1));
  const mean = divideNoNan(g, g.sum(g.mul(logs, counts), [0]), g.sum(counts, [0]));
  const [predicted, wanted] = [stateOf(state, "predicted"), stateOf(state, "wanted")];
  const missing = g.sub(1, divideNoNan(g, wanted, predicted));
  const brevity = g.map("exp", g.map("min", missing, 0));
  const score = g.mul(brevity, g.map("exp", mean));
  const fails = g.max(g.cast(zero, "f32"), [0]);
  const matched = g.max(stateOf(state, "matches"), [0]);
  return g.select(g.map("and", g.map("gt", matched, 0), g.map("eq", fails, 0)), score, 0);
}

export const bleu = defineMetric({
  name: "bleu",
  aliases: ["Bleu", "BLEU"],
  summary:
    "How many runs of tokens the targets have, too, over the whole set: sacrebleu's score with one reference, from 0 to 1.",
  options: {
    max_order: { type: { kind: "int", min: 1, max: 16 }, default: 4, doc: "The longest runs of tokens that count." },
    smoothing: {
      type: { kind: "choice", values: ["exp", "floor", "add_k", "none"] },
      default: "exp",
      doc:
        "What an order without a match counts: half as much for each such order (`exp`), `smooth_value` matches (`floor`), " +
        "or nothing, so the score is 0 (`none`); `add_k` adds `smooth_value` to matches and runs of all orders above 1.",
    },
    smooth_value: {
      type: { kind: "float", min: 0 },
      optional: true,
      default: undefined,
      doc: "By default 0.1 for `floor` and 1 for `add_k`.",
    },
    effective_order: flagOption(false, "Whether orders that no prediction is long enough for are left out."),
    ...tokenOptions,
  },
  positional: ["max_order", "smoothing"],
  problem({ smoothing, smooth_value: value }) {
    if (value === undefined || smoothing === "floor" || smoothing === "add_k") return undefined;
    return { option: "smooth_value", message: "it goes with smoothing: floor and smoothing: add_k only" };
  },
  state: (_prediction, _target, options) => [
    { name: "matches", shape: [numberOf(options, "max_order")] },
    { name: "possible", shape: [numberOf(options, "max_order")] },
    { name: "predicted", shape: [] },
    { name: "wanted", shape: [] },
  ],
  update,
  result,
  higherIsBetter: true,
  fits: "sequences",
  source: "Papineni et al. 2002; Post 2018; https://github.com/mjpost/sacrebleu",
});

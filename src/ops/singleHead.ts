// The shared part of attention layers without heads: inputs, masks, softmax and the mean of the values. How alike query and
// key are, each layer says.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { certainlyDiffer } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { allHold, causalMask, causalOption, dropoutOption, dropped, scoresOption } from "./attention.ts";
import {
  bad,
  type CallContext,
  type Checked,
  type ExpandCall,
  type Expanded,
  type InputDef,
  type MaskRule,
  ok,
  type ShapeProblem,
} from "./definition.ts";
import { maskProblem } from "./mask.ts";
import { flag, numberOf } from "./options.ts";
import { productOver } from "./product.ts";
import { dtypeProblem } from "./shape.ts";
import { softmaxOver } from "./softmax.ts";

/** Keras lowers scores that are left out by this. */
const LOWERED = 1e9;

const inputs: readonly InputDef[] = [
  { name: "query", shape: "[steps, n]" },
  { name: "value", shape: "[time, m]" },
  { name: "key", shape: "[time, n]", optional: true, doc: "Without it, the value." },
  {
    name: "mask",
    shape: "[time]",
    optional: true,
    several: true,
    doc: "bool: the mask of the value, or `(q, v)`, those of query and value. Without it, the masks that they carry.",
  },
  {
    name: "query_mask",
    shape: "[steps]",
    optional: true,
    maskOf: "query",
    doc: "bool: the result is 0 where it is false.",
  },
  {
    name: "value_mask",
    shape: "[time]",
    optional: true,
    maskOf: "value",
    doc: "bool: steps of the value that count.",
  },
];

interface Given<T> {
  readonly query: T;
  readonly value: T;
  readonly key: T;
  readonly queryMask: T | undefined;
  readonly valueMask: T | undefined;
}

function givenTo<T>(call: CallContext<T>): Given<T> {
  const [[query], [value], masks] = [call.given("query"), call.given("value"), call.given("mask")];
  if (query === undefined || value === undefined) throw new CompilerBug("attention without query or value");
  const explicit = masks.length > 0;
  return {
    query,
    value,
    key: call.given("key")[0] ?? value,
    queryMask: explicit ? (masks.length > 1 ? masks[0] : undefined) : call.given("query_mask")[0],
    valueMask: explicit ? masks[masks.length - 1] : call.given("value_mask")[0],
  };
}

/** The place of a type among the inputs, for messages. */
const placeOf = (types: readonly TensorType[], type: TensorType): number => types.indexOf(type);

function problemOf(types: readonly TensorType[], call: CallContext<TensorType>): ShapeProblem | undefined {
  const { query, value, key, queryMask, valueMask } = givenTo(call);
  const main = [query, value, ...call.given("key")];
  const wrong = dtypeProblem(main, ["f32"]);
  if (wrong !== undefined) return wrong;
  const flat = main.findIndex(({ shape }) => shape.length !== 3);
  if (flat >= 0) return { problem: "rank", input: flat, expected: [2], expectedText: "[time, n]" };
  const [width = 1, own = 1] = [query.shape[2], key.shape[2]];
  if (certainlyDiffer(width, own)) {
    const why = "a key is as wide as a query";
    return { problem: "size", input: placeOf(types, key), axis: 2, expected: width, actual: own, why };
  }
  const [time = 1, steps = 1] = [value.shape[1], key.shape[1]];
  if (certainlyDiffer(time, steps)) {
    const why = "each value has a key";
    return { problem: "size", input: placeOf(types, key), axis: 1, expected: time, actual: steps, why };
  }
  if (call.given("mask").length > 2)
    return {
      problem: "option",
      option: "mask",
      message: "it takes the mask of the value, or those of query and value",
    };
  for (const [of, mask] of [
    [query, queryMask],
    [value, valueMask],
  ] as const) {
    const problem = mask === undefined ? undefined : maskProblem(of, mask, placeOf(types, mask));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** How alike each query and each key are: `[batch, steps, time]`. */
export type Scores = (g: Builder, query: Value, key: Value, call: ExpandCall) => Value;

/** The product of each query with each key. */
export const dotProducts = (g: Builder, query: Value, key: Value): Value =>
  productOver(g, { value: query, axes: ["b", "t", "n"] }, { value: key, axes: ["b", "s", "n"] }, ["b", "t", "s"]);

/** The sum of each query and each key: `[batch, steps, time, n]`. */
export function pairSums(g: Builder, query: Value, key: Value): Value {
  const [batch = 1, steps = 1, width = 1] = query.type.shape;
  const time = key.type.shape[1] ?? 1;
  return g.add(g.reshape(query, [batch, steps, 1, width]), g.reshape(key, [batch, 1, time, width]));
}

/** Lowers the scores that are left out, as Keras does in f32, where nothing remains of them but their gradient. */
function withoutMasked(g: Builder, scores: Value, mask: Value | undefined): Value {
  if (mask === undefined) return scores;
  const rest = g.map("stop_gradient", g.sub(-LOWERED, scores));
  return g.select(mask, scores, g.add(rest, scores));
}

function expand(scoresOf: Scores) {
  return (g: Builder, call: ExpandCall): Expanded => {
    const { query, value, key, queryMask, valueMask } = givenTo(call);
    const scores = scoresOf(g, query, key, call);
    const [batch = 1, steps = 1, time = 1] = scores.type.shape;
    const holds = allHold(g, [
      valueMask === undefined ? undefined : g.reshape(valueMask, [batch, 1, time]),
      flag(call.options, "use_causal_mask") ? causalMask(g, steps, time) : undefined,
    ]);
    const shares = dropped(
      g,
      softmaxOver(g, withoutMasked(g, scores, holds), [2]),
      numberOf(call.options, "dropout"),
      call,
    );
    const mixed = productOver(g, { value: shares, axes: ["b", "t", "s"] }, { value, axes: ["b", "s", "m"] }, [
      "b",
      "t",
      "m",
    ]);
    const output = queryMask === undefined ? mixed : g.select(g.reshape(queryMask, [batch, steps, 1]), mixed, 0);
    return flag(call.options, "return_attention_scores") ? { output, more: [shares] } : { output };
  };
}

/** The shared part of `Attention` and `AdditiveAttention`. */
export const singleHead = (scores: Scores) => ({
  inputs,
  output: "[steps, m]; with return_attention_scores also [steps, time]",
  masks: (): MaskRule => ({ from: "query_mask" }),
  trainingDiffers: true,
  shape(types: readonly TensorType[], _: OptionRecord, call: CallContext<TensorType>): Checked<TensorType> {
    const problem = problemOf(types, call);
    if (problem !== undefined) return bad(problem);
    const { query, value } = givenTo(call);
    return ok({ dtype: "f32", shape: [...query.shape.slice(0, 2), value.shape[2] ?? 1] });
  },
  more(_: readonly TensorType[], options: OptionRecord, call: CallContext<TensorType>): readonly TensorType[] {
    if (!flag(options, "return_attention_scores")) return [];
    const { query, key } = givenTo(call);
    return [{ dtype: "f32", shape: [...query.shape.slice(0, 2), key.shape[1] ?? 1] }];
  },
  expand: expand(scores),
});

export const singleHeadOptions = {
  dropout: dropoutOption,
  use_causal_mask: causalOption,
  return_attention_scores: scoresOption,
};

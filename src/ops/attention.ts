// The shared part of attention over heads: scores of queries and keys, what they leave out, and the mean of the values. It
// follows Keras in which numbers stand for scores that are left out.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { Size } from "../ir/size.ts";
import { tensor } from "../ir/types.ts";
import type { ExpandCall, OptionDef } from "./definition.ts";
import { productOver } from "./product.ts";
import { known } from "./shape.ts";
import { softmaxOver } from "./softmax.ts";

/**
 * In place of a score that is left out, where a softmax of the whole row follows: Keras's `dot_product_attention`. A number
 * of f32, so that no target has more digits of it than memory.
 */
const LOWEST = Math.fround(-0.7 * 3.38953e38);
/** The same where the shares are set to 0 afterwards: Keras's layer `Softmax`. */
const LOW = -1e9;

export const dropoutOption: OptionDef = {
  type: { kind: "float", min: 0, max: 1 },
  default: 0,
  doc: "The share of scores to drop while training.",
};
export const causalOption: OptionDef = {
  type: { kind: "bool" },
  default: false,
  doc: "Whether each step attends to itself and to earlier steps alone.",
};
export const scoresOption: OptionDef = {
  type: { kind: "bool" },
  default: false,
  doc: "Whether the scores after the softmax are a second result.",
};
/** Keras's `flash_attention`, for those who bring it along. */
export const flashOption: OptionDef = {
  type: { kind: "bool" },
  optional: true,
  default: undefined,
  doc: "Has no effect: nnc decides by itself how to compute attention. Keras's `attn_logits_soft_cap` is for TPUs alone.",
};
export const windowOption: OptionDef = {
  type: { kind: "int", min: 1 },
  optional: true,
  default: undefined,
  doc: "Each step attends only to steps that are nearer than this.",
};

/** The index along an axis of a value with two axes, `rows` and `columns`. */
const index = (g: Builder, rows: Size, columns: Size, axis: number): Value =>
  g.iota(tensor("i32", rows, columns), axis);

/** bool of `rows` queries and `columns` keys: true where the key is no later than the query. */
export const causalMask = (g: Builder, rows: Size, columns: Size): Value =>
  g.map("ge", index(g, rows, columns, 0), index(g, rows, columns, 1));

/** bool of the same shape: true where query and key are nearer than `width`. */
export function windowMask(g: Builder, rows: Size, columns: Size, width: number): Value {
  const distance = g.sub(index(g, rows, columns, 0), index(g, rows, columns, 1));
  return g.map("and", g.map("lt", distance, width), g.map("gt", distance, -width));
}

/** All masks together; undefined if there is none. They broadcast. */
export function allHold(g: Builder, masks: readonly (Value | undefined)[]): Value | undefined {
  const given = masks.filter((mask) => mask !== undefined);
  const [first, ...others] = given;
  return first === undefined ? undefined : others.reduce((all, mask) => g.map("and", all, mask), first);
}

/** While training, sets a share of scores to 0 and scales the others up. */
export function dropped(g: Builder, scores: Value, rate: number, call: ExpandCall): Value {
  if (!call.training || rate === 0) return scores;
  if (rate === 1) return g.mul(scores, 0);
  const kept = g.map("ge", g.random(scores.type, call.seed, call.step, call.stream), rate);
  return g.select(kept, g.mul(scores, 1 / (1 - rate)), 0);
}

/** Queries, keys and values with their heads: `[batch, ..., heads, size]`. */
export interface Heads {
  readonly query: Value;
  /** Keys and values may have fewer heads, each for several of the queries'. */
  readonly key: Value;
  readonly value: Value;
  /** The axes along which each query attends to keys; along all others, query and key go together. */
  readonly axes: readonly number[];
  readonly scale: number;
  /** Added to the scores. */
  readonly bias?: Value | undefined;
  /** Where it does not hold, a score is left out: bool that broadcasts to the scores. */
  readonly mask?: Value | undefined;
  readonly dropout: number;
  /** What a row is whose scores are all left out: `even` shares, as in Keras's `dot_product_attention`, or `nothing`. */
  readonly leftOut: "even" | "nothing";
}

/** The names of the axes of queries, keys, values and scores, where the heads of queries are in groups. */
function namesOf({ query, axes }: Heads) {
  const places = query.type.shape.slice(0, -2).map((_, i) => i);
  const name = (prefix: string) => (i: number) => (axes.includes(i) ? `${prefix}${i}` : `b${i}`);
  const others = places.filter((i) => !axes.includes(i)).map(name("q"));
  const attending = axes.map(name("q"));
  const attended = axes.map(name("k"));
  return {
    query: [...places.map(name("q")), "head", "group", "size"],
    key: [...places.map(name("k")), "head", "size"],
    value: [...places.map(name("k")), "head", "out"],
    scores: [...others, "head", "group", ...attending, ...attended],
    output: [...places.map(name("q")), "head", "group", "out"],
    others: others.length,
  };
}

/**
 * Computes attention: the output `[batch, ..., heads, size of values]`, and the scores after the softmax `[batch, axes that
 * are not attended, heads, axes of queries, axes of keys]`.
 */
export function attend(g: Builder, heads: Heads, call: ExpandCall): { readonly output: Value; readonly scores: Value } {
  const { query, key, value, axes, scale, bias, mask, dropout } = heads;
  const names = namesOf(heads);
  const [all, shared] = [query, key].map(({ type }) => known(type.shape[type.shape.length - 2]));
  if (all === undefined || shared === undefined) throw new CompilerBug("attention without heads");
  const split = (x: Value, at: number): Value => g.reshape(x, x.type.shape.toSpliced(at, 1, shared, all / shared));
  const joined = (x: Value, at: number): Value => g.reshape(x, x.type.shape.toSpliced(at, 2, all));
  const grouped = { value: split(query, query.type.shape.length - 2), axes: names.query };
  const products = productOver(g, grouped, { value: key, axes: names.key }, names.scores);
  const scaled = g.mul(joined(products, names.others), scale);
  const scores = bias === undefined ? scaled : g.add(scaled, bias);
  const shares = masked(g, scores, mask, heads.leftOut, axes.length);
  const kept = split(dropped(g, shares, dropout, call), names.others);
  const mixed = productOver(g, { value: kept, axes: names.scores }, { value, axes: names.value }, names.output);
  return { output: joined(mixed, mixed.type.shape.length - 3), scores: shares };
}

/** The softmax of scores over the axes of keys, without those that are left out. */
function masked(g: Builder, scores: Value, mask: Value | undefined, leftOut: Heads["leftOut"], keys: number): Value {
  const rank = scores.type.shape.length;
  const axes = Array.from({ length: keys }, (_, i) => rank - keys + i);
  if (mask === undefined) return softmaxOver(g, scores, axes);
  if (leftOut === "even") return softmaxOver(g, g.select(mask, scores, LOWEST), axes);
  return g.select(mask, softmaxOver(g, g.select(mask, scores, LOW), axes), 0);
}

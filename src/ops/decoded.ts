// Sequences of tokens as metrics compare them: decoded from rows of numbers, without the steps that do not count. It knows
// no metric.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { sameShape, tensor } from "../ir/types.ts";
import { accumulated } from "./accumulating.ts";
import type { MetricCall, OptionDef } from "./definition.ts";
import { flag, flagOption, maybeNumber, maybeNumbers } from "./options.ts";

/** A sequence of tokens for each sample. */
export interface Tokens {
  /** i32 [samples, steps]: the tokens that count come first. */
  readonly ids: Value;
  /** f32 [samples]: how many of them there are. */
  readonly length: Value;
}

export const tokenOptions = {
  padding_token: {
    type: { kind: "numbers", single: true, whole: true, min: 0 },
    optional: true,
    default: undefined,
    doc: "The token that fills sequences up, or a list of tokens: they do not count, wherever they stand.",
  },
  end_token: {
    type: { kind: "int", min: 0 },
    optional: true,
    default: undefined,
    doc: "The token that ends a sequence: it and all after it do not count.",
  },
  merge_repeated: flagOption(
    false,
    "Whether equal tokens of a prediction that follow each other count once, as those of a model trained with `ctc`; " +
      "its blank is then a `padding_token`.",
  ),
} satisfies Record<string, OptionDef>;

/** Tokens as they are, or the likeliest of each step; the first of equals. */
const likeliest = (g: Builder, x: Value): Value =>
  x.type.shape.length > 2 ? g.argReduce("max", x, -1) : g.cast(x, "i32");

/** Says of each step whether it counts: f32 of the shape of `ids`; undefined if all do. */
function keptSteps(
  g: Builder,
  ids: Value,
  options: OptionRecord,
  given: { readonly merges: boolean; readonly mask: Value | undefined },
): Value | undefined {
  const { shape } = ids.type;
  const rules: Value[] = [];
  if (given.mask !== undefined && sameShape(given.mask.type.shape, shape)) rules.push(given.mask);
  const end = maybeNumber(options, "end_token");
  if (end !== undefined) {
    const ends = g.cast(g.map("eq", ids, end), "f32");
    rules.push(g.map("eq", accumulated(g, ends, 1, "add"), 0));
  }
  const [samples = 1, steps] = shape;
  if (given.merges) {
    const before = g.pad(g.slice(ids, [0, 0], [samples, Number(steps) - 1]), [0, 1], [0, 0], -1);
    rules.push(g.map("ne", ids, before));
  }
  for (const padding of maybeNumbers(options, "padding_token") ?? []) rules.push(g.map("ne", ids, padding));
  const [first, ...others] = rules;
  if (first === undefined) return undefined;
  return g.cast(
    others.reduce((a, b) => g.map("and", a, b), first),
    "f32",
  );
}

/** Moves the steps that count to the front of each sequence; behind them stands -1. */
function compacted(g: Builder, ids: Value, kept: Value): Tokens {
  const places = g.cast(g.mul(kept, g.sub(accumulated(g, kept, 1, "add"), 1)), "i32");
  // A scattered sum of one term is exact; one is added so that 0 means no token.
  const tokens = g.mul(kept, g.add(g.cast(ids, "f32"), 1));
  const moved = g.scatterAdd(ids.type.shape, places, tokens, 1, 1);
  return { ids: g.cast(g.sub(moved, 1), "i32"), length: g.sum(kept, [1]) };
}

function tokensOf(
  g: Builder,
  x: Value,
  options: OptionRecord,
  given: { readonly merges: boolean; readonly mask: Value | undefined },
): Tokens {
  const decoded = likeliest(g, x);
  const [samples = 1, steps = 1] = decoded.type.shape;
  const ids = g.reshape(decoded, [samples, steps]);
  const kept = keptSteps(g, ids, options, given);
  if (kept !== undefined) return compacted(g, ids, kept);
  return { ids, length: g.broadcast(g.constant(Number(steps), tensor("f32")), [samples], []) };
}

/**
 * Returns the tokens of prediction and target. The mask that the prediction carries leaves out steps of both, if they have
 * as many.
 */
export function decodedPair(
  g: Builder,
  { prediction, target, options, mask }: MetricCall,
): { readonly predicted: Tokens; readonly wanted: Tokens } {
  const predicted = tokensOf(g, prediction, options, { merges: flag(options, "merge_repeated"), mask });
  return { predicted, wanted: tokensOf(g, target, options, { merges: false, mask }) };
}

/** Sums one value for each sample, times its weight. */
export const weightedSum = (g: Builder, { weight }: MetricCall, values: Value): Value =>
  g.sum(weight === undefined ? values : g.mul(values, weight), [0]);

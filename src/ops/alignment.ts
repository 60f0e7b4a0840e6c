// How alike two sequences of tokens are: edit distance and longest common subsequence. Both fill a table row by row, which
// is a loop over the tokens of the prediction.

import type { Builder, Value } from "../ir/builder.ts";
import { tensor } from "../ir/types.ts";
import { accumulated } from "./accumulating.ts";
import type { Tokens } from "./decoded.ts";

interface Rule {
  /** The row before any token: f32 [samples, columns], from the numbers 0, 1 … of the columns. */
  first(g: Builder, columns: Value): Value;
  /** The next row: `above` is the row before, `equal` is 1 where the token is that of the target, f32 [samples, columns - 1]. */
  next(g: Builder, above: Value, equal: Value, columns: Value): Value;
}

/** Fills the table of a rule and returns its last entry for each sample, f32 [samples]. */
function lastEntry(g: Builder, predicted: Tokens, wanted: Tokens, rule: Rule): Value {
  const [samples = 1, steps = 1] = predicted.ids.type.shape;
  const size = Number(wanted.ids.type.shape[1]);
  const wide = [samples, size + 1];
  const numbers = (b: Builder): Value => b.cast(b.iota(tensor("i32", ...wide), 1), "f32");
  const counted = g.cast(g.iota(tensor("i32", steps, samples), 0), "f32");
  const live = g.cast(g.map("lt", counted, g.broadcast(predicted.length, [steps, samples], [1])), "f32");
  const { carried } = g.scan({
    length: Number(steps),
    init: [rule.first(g, numbers(g))],
    over: [g.transpose(predicted.ids, [1, 0]), live],
    captures: [wanted.ids],
    step(inner, given) {
      const [above] = given.carried as readonly [Value];
      const [token, counts] = given.slices as readonly [Value, Value];
      const [target] = given.captures as readonly [Value];
      const equal = inner.map("eq", inner.broadcast(token, [samples, size], [0]), target);
      const row = rule.next(inner, above, inner.cast(equal, "f32"), numbers(inner));
      const isLive = inner.map("gt", inner.broadcast(counts, wide, [0]), 0);
      return { carried: [inner.select(isLive, row, above)], stacked: [] };
    },
  });
  const [last] = carried as readonly [Value];
  const isEnd = g.map("eq", numbers(g), g.broadcast(wanted.length, wide, [0]));
  return g.sum(g.select(isEnd, last, 0), [1]);
}

/** Returns all columns but the last, and all but the first. */
function neighbours(g: Builder, row: Value): { readonly before: Value; readonly own: Value } {
  const [samples = 1, columns] = row.type.shape;
  const shape = [samples, Number(columns) - 1];
  return { before: g.slice(row, [0, 0], shape), own: g.slice(row, [0, 1], shape) };
}

const edits: Rule = {
  first: (_, columns) => columns,
  next(g, above, equal, columns) {
    const { before, own } = neighbours(g, above);
    const [samples = 1] = above.type.shape;
    const cheaper = g.map("min", g.add(before, g.sub(1, equal)), g.add(own, 1));
    const start = g.add(g.slice(above, [0, 0], [samples, 1]), 1);
    // To leave out a token of the target costs 1 a column: without these costs the row is a running minimum.
    return g.add(accumulated(g, g.sub(g.concat([start, cheaper], 1), columns), 1, "min"), columns);
  },
};

const common: Rule = {
  first: (g, columns) => g.mul(columns, 0),
  next(g, above, equal) {
    const { before, own } = neighbours(g, above);
    const [samples = 1] = above.type.shape;
    const longer = g.map("max", g.add(before, equal), own);
    return accumulated(g, g.concat([g.slice(above, [0, 0], [samples, 1]), longer], 1), 1, "max");
  },
};

/** The fewest substitutions, deletions and insertions that make one sequence the other (Levenshtein 1966); f32 [samples]. */
export const editDistance = (g: Builder, predicted: Tokens, wanted: Tokens): Value =>
  lastEntry(g, predicted, wanted, edits);

/** The length of the longest sequence that both hold, perhaps with other tokens between; f32 [samples]. */
export const commonLength = (g: Builder, predicted: Tokens, wanted: Tokens): Value =>
  lastEntry(g, predicted, wanted, common);

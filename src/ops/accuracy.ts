// Counts right answers in three ways, for `accuracy` and for the metrics that name one of the three.

import type { Builder, Value } from "../ir/builder.ts";
import { isClassIndex, numbersOf } from "./loss.ts";

/** Returns f32, one for each row: 1 if the largest prediction (the first of equals) is at the class index, else 0. */
export function sparseHits(g: Builder, prediction: Value, target: Value): Value {
  const best = g.argReduce("max", prediction, -1);
  return g.cast(g.map("eq", best, g.reshape(g.cast(target, "i32"), best.type.shape)), "f32");
}

/** Returns f32, one for each row: 1 if the largest prediction is where the largest target is, else 0. */
export function categoricalHits(g: Builder, prediction: Value, target: Value): Value {
  if (isClassIndex(prediction, target)) return sparseHits(g, prediction, target);
  return g.cast(g.map("eq", g.argReduce("max", prediction, -1), g.argReduce("max", target, -1)), "f32");
}

/** Returns f32, one for each row: the share of elements on the right side of the threshold. */
export function binaryHits(g: Builder, prediction: Value, target: Value, threshold: number): Value {
  const pair = numbersOf(g, prediction, target);
  const yes = g.cast(g.map("gt", pair.prediction, threshold), "f32");
  return g.mean(g.cast(g.map("eq", yes, pair.target), "f32"), [-1]);
}

// Counts right answers, for `accuracy` and for the metrics that name one of its ways.

import type { Builder, Value } from "../ir/builder.ts";
import { isClassIndex, isTargetClass, numbersOf } from "./loss.ts";

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

/** Returns f32, one for each row: 1 if fewer than `k` predictions are larger than that of the class index, else 0. */
export function sparseTopHits(g: Builder, prediction: Value, target: Value, k: number): Value {
  const isTarget = isTargetClass(g, prediction, target);
  const own = g.sum(g.select(isTarget, prediction, 0), [-1], true);
  const larger = g.sum(g.cast(g.map("gt", prediction, own), "f32"), [-1]);
  // An index that is no class is never right.
  const known = g.max(g.cast(isTarget, "f32"), [-1]);
  return g.mul(g.cast(g.map("lt", larger, k), "f32"), known);
}

/** The same for the largest of each row of targets. */
export function categoricalTopHits(g: Builder, prediction: Value, target: Value, k: number): Value {
  const index = isClassIndex(prediction, target) ? target : g.argReduce("max", target, -1);
  return sparseTopHits(g, prediction, index, k);
}

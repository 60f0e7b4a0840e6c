// Softmax and its logarithm, in the form that cannot overflow: the maximum is taken off first.

import type { Builder, Value } from "../ir/builder.ts";
import type { PredictionForm } from "./definition.ts";
import { axisPosition } from "./shape.ts";

/** What a softmax over `axes` predicts: shares of classes, which a loss expects along the last axis alone. */
export function sharesOver(axes: readonly number[], rank: number): PredictionForm | undefined {
  const [axis, more] = axes;
  return axis !== undefined && more === undefined && axisPosition(axis, rank) === rank - 1 ? "softmax" : undefined;
}

/** `x - max(x)` over `axes`; the maximum is a constant for the gradient, for it cancels. */
function lowered(g: Builder, x: Value, axes: readonly number[]): Value {
  return g.sub(x, g.map("stop_gradient", g.max(x, axes, true)));
}

export function softmaxOver(g: Builder, x: Value, axes: readonly number[]): Value {
  const exponentials = g.map("exp", lowered(g, x, axes));
  return g.div(exponentials, g.sum(exponentials, axes, true));
}

/** `log softmax(x)`. */
export function logSoftmaxOver(g: Builder, x: Value, axes: readonly number[]): Value {
  const low = lowered(g, x, axes);
  return g.sub(low, g.map("log", g.sum(g.map("exp", low), axes, true)));
}

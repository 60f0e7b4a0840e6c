// Softmax and its logarithm, in a form that cannot overflow: both subtract the maximum first.

import type { Builder, Value } from "../ir/builder.ts";
import type { PredictionForm } from "./definition.ts";
import { axisPosition } from "./shape.ts";

/** A softmax over the last axis alone predicts shares of classes; a loss expects them nowhere else. */
export function sharesOver(axes: readonly number[], rank: number): PredictionForm | undefined {
  const [axis, more] = axes;
  return axis !== undefined && more === undefined && axisPosition(axis, rank) === rank - 1 ? "softmax" : undefined;
}

/** Computes `x - max(x)` over `axes`; the gradient takes the maximum as a constant, because it cancels. */
function lowered(g: Builder, x: Value, axes: readonly number[]): Value {
  return g.sub(x, g.map("stop_gradient", g.max(x, axes, true)));
}

export function softmaxOver(g: Builder, x: Value, axes: readonly number[]): Value {
  const exponentials = g.map("exp", lowered(g, x, axes));
  return g.div(exponentials, g.sum(exponentials, axes, true));
}

/** Computes `log softmax(x)`. */
export function logSoftmaxOver(g: Builder, x: Value, axes: readonly number[]): Value {
  const low = lowered(g, x, axes);
  return g.sub(low, g.map("log", g.sum(g.map("exp", low), axes, true)));
}

// Softmax and its logarithm, in the form that cannot overflow: the maximum is taken off first.

import type { Builder, Value } from "../ir/builder.ts";

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

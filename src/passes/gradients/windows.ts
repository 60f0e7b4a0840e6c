// The derivatives of moving windows: window_reduce and window_scatter are each other's adjoints.

import type { GradientRule } from "./rule.ts";

export const windowReduce: GradientRule<"window_reduce"> = (node, { g, out, value }) => [
  [node.arg, g.windowScatter(node.op, value(node.arg), out, node.window)],
];

/** With respect to `arg` it is zero almost everywhere. */
export const windowScatter: GradientRule<"window_scatter"> = (node, { g, out, wanted }) => {
  if (!wanted(node.gradient)) return [];
  if (node.op === "sum") return [[node.gradient, g.windowReduce("sum", out, node.window)]];
  throw new Error(`a second derivative through the maximum of windows (at '${node.origin}') cannot be computed`);
};

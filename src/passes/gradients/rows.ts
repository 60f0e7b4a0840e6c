// The derivatives of rows at indices: gather and scatter_add are each other's adjoints. Indices have no derivative.

import type { GradientRule } from "./rule.ts";

export const gather: GradientRule<"gather"> = (node, { g, out, value }) => [
  [node.arg, g.scatterAdd(value(node.arg).type.shape, value(node.indices), out, node.axis, node.batch)],
];

export const scatterAdd: GradientRule<"scatter_add"> = (node, { g, out, value }) => [
  [node.updates, g.gather(out, value(node.indices), node.axis, node.batch)],
];

// The derivatives of reductions. Ties of `max` and `min` share equally, as in TensorFlow.

import type { Builder, Value } from "../../ir/builder.ts";
import type { GradientRule } from "./rule.ts";

/** Restores the axes that a reduction removed, and repeats the values along them. */
const restore = (g: Builder, x: Value, like: Value, gone: readonly number[]): Value =>
  g.broadcast(
    x,
    like.type.shape,
    like.type.shape.map((_, axis) => axis).filter((axis) => !gone.includes(axis)),
  );

export const reduce: GradientRule<"reduce"> = (node, { g, out, value }) => {
  const arg = value(node.arg);
  if (node.op === "sum") return [[arg.id, restore(g, out, arg, node.axes)]];
  const ties = g.map("eq", arg, restore(g, value(node.id), arg, node.axes));
  const share = g.div(out, g.sum(g.cast(ties, "f32"), node.axes));
  return [[arg.id, g.select(ties, restore(g, share, arg, node.axes), g.constant(0, arg.type))]];
};

// The gradient of relu.

import type { ValueId } from "../ir/graph.ts";
import { type Context, type Rule, rule } from "./context.ts";
import { argsOf } from "./patterns.ts";

/** Whether a value is never below 0: a relu, or a node that only moves or chooses among its elements. */
function isNeverNegative(context: Context, id: ValueId): boolean {
  const node = context.definition(id);
  if (node.kind === "map") return node.fn === "relu";
  if (node.kind === "window_reduce") return node.op === "max" && isNeverNegative(context, node.arg);
  return (node.kind === "reshape" || node.kind === "transpose") && isNeverNegative(context, node.arg);
}

/** Recognises `y > 0 ? dy : 0`, where y is the result of a relu. */
const reluGradient = rule("map", (node, context) => {
  const [positive, dy, zero] = argsOf(context, node.id, "select") ?? [];
  if (positive === undefined || dy === undefined || zero === undefined || context.splat(zero) !== 0) return undefined;
  const [y, bound] = argsOf(context, positive, "gt") ?? [];
  if (y === undefined || bound === undefined || context.splat(bound) !== 0 || !isNeverNegative(context, y))
    return undefined;
  // A constant gradient has no tensor of this shape.
  if (context.splat(dy) !== undefined) return undefined;
  return context.native({ name: "relu_gradient" }, [context.value(dy), context.value(y)], node.type);
});

export const activationRules: readonly Rule[] = [reluGradient];

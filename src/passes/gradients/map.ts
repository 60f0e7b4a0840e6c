// The derivative of scalar functions: the chain rule over their partial derivatives.

import { scalarFunction } from "../../ir/scalar.ts";
import type { GradientRule } from "./rule.ts";

export const map: GradientRule<"map"> = (node, { g, out, value, wanted }) => {
  const args = node.args.map(value);
  const partials = scalarFunction(node.fn).partials ?? [];
  return partials.flatMap((partial, i) => {
    const arg = args[i];
    if (arg === undefined || arg.type.dtype !== "f32" || !wanted(arg.id)) return [];
    const slope = partial(g, args, value(node.id));
    return slope === undefined ? [] : [[arg.id, g.mul(slope, out)] as const];
  });
};

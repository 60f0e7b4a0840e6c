// Recognises normalisation per channel of the last axis, with given statistics.

import type { ValueId } from "../ir/graph.ts";
import { type Context, type Rule, rule } from "./context.ts";
import { argsOf, eitherWay, inside, spreadOver } from "./patterns.ts";

interface Scaled {
  readonly x: ValueId;
  readonly mean: ValueId;
  readonly variance: ValueId;
  readonly epsilon: number;
  readonly scale?: ValueId;
}

/** Recognises `1 / √(variance + ε)`, perhaps times a scale. */
function inverse(context: Context, id: ValueId): Omit<Scaled, "x" | "mean"> | undefined {
  const sum = inside(context, id, "rsqrt");
  if (sum !== undefined)
    return eitherWay(context, sum, "add", (variance, small) => {
      const epsilon = context.splat(small);
      return epsilon === undefined ? undefined : { variance, epsilon };
    });
  return eitherWay(context, id, "mul", (factor, scale) => {
    const found = inverse(context, factor);
    return found === undefined || found.scale !== undefined ? undefined : { ...found, scale };
  });
}

/** Recognises `(x - mean) · inverse`. */
function scaled(context: Context, id: ValueId): Scaled | undefined {
  const last = context.shape(id).length - 1;
  return eitherWay(context, id, "mul", (centred, spread) => {
    const factor = spreadOver(context, spread, [last]);
    const [x, mean] = argsOf(context, centred, "sub") ?? [];
    const middle = mean === undefined ? undefined : spreadOver(context, mean, [last]);
    const found = factor === undefined ? undefined : inverse(context, factor);
    if (x === undefined || middle === undefined || found === undefined) return undefined;
    return { x, mean: middle, ...found };
  });
}

/** The statistics must come from slots: with those of the batch itself, the gradient needs the differences too. */
const isSlot = (context: Context, id: ValueId): boolean => context.definition(id).kind === "param";

const batchNorm = rule("map", (node, context) => {
  const last = node.type.shape.length - 1;
  const shifted = eitherWay(context, node.id, "add", (inner, spread) => {
    const offset = spreadOver(context, spread, [last]);
    const found = offset === undefined ? undefined : scaled(context, inner);
    return found === undefined ? undefined : { ...found, offset };
  });
  const found = shifted ?? scaled(context, node.id);
  if (found === undefined || !isSlot(context, found.mean) || last < 1 || last > 3) return undefined;
  const offset = shifted?.offset;
  const args = [found.x, found.mean, found.variance, ...(offset === undefined ? [] : [offset])];
  const all = found.scale === undefined ? args : [...args, found.scale];
  return context.native(
    { name: "batch_norm", epsilon: found.epsilon, offset: offset !== undefined, scale: found.scale !== undefined },
    all.map(context.value),
    node.type,
  );
});

export const normalizationRules: readonly Rule[] = [batchNorm];

// Recognises softmax along the last axis, its logarithm, its cross-entropy, and the gradients of these.

import type { ValueId } from "../ir/graph.ts";
import { product, type Size, sameSize } from "../ir/size.ts";
import { tensor } from "../ir/types.ts";
import type { Context, Rule } from "./context.ts";
import { rule } from "./context.ts";
import { argsOf, eitherWay, inside, nodeOf, reducedOver, spreadOver, upTo } from "./patterns.ts";

/** Recognises `exp(x - max x)` with its sum over the last axis. */
interface Exponentials {
  readonly logits: ValueId;
  readonly sum: ValueId;
}

/** Returns the x of `x - max x` along the last axis. */
function lowered(context: Context, id: ValueId): ValueId | undefined {
  const [x, most] = argsOf(context, id, "sub") ?? [];
  if (x === undefined || most === undefined) return undefined;
  const last = context.shape(id).length - 1;
  const max = spreadOver(context, most, upTo(last));
  return max !== undefined && reducedOver(context, max, "max", [last]) === x ? x : undefined;
}

/** Returns the x of `exp(x - max x)`. */
function exponential(context: Context, id: ValueId): ValueId | undefined {
  const low = inside(context, id, "exp");
  return low === undefined ? undefined : lowered(context, low);
}

/** Returns the x of the sum of `exp(x - max x)` over the last axis. */
function sumOfExponentials(context: Context, id: ValueId): ValueId | undefined {
  const exp = reducedOver(context, id, "sum", [context.shape(id).length]);
  return exp === undefined ? undefined : exponential(context, exp);
}

function exponentials(context: Context, exp: ValueId, sum: ValueId): Exponentials | undefined {
  const logits = exponential(context, exp);
  return logits !== undefined && sumOfExponentials(context, sum) === logits ? { logits, sum } : undefined;
}

/** Returns the logits of a value that is their softmax. */
function softmaxed(context: Context, id: ValueId): ValueId | undefined {
  const [exp, spread] = argsOf(context, id, "div") ?? [];
  if (exp === undefined || spread === undefined) return undefined;
  const sum = spreadOver(context, spread, upTo(context.shape(id).length - 1));
  return sum === undefined ? undefined : exponentials(context, exp, sum)?.logits;
}

/** Returns the logits of a value that is the logarithm of their softmax. */
function logSoftmaxed(context: Context, id: ValueId): ValueId | undefined {
  const [low, spread] = argsOf(context, id, "sub") ?? [];
  if (low === undefined || spread === undefined) return undefined;
  const log = spreadOver(context, spread, upTo(context.shape(id).length - 1));
  const sum = log === undefined ? undefined : inside(context, log, "log");
  const logits = lowered(context, low);
  return sum !== undefined && logits !== undefined && sumOfExponentials(context, sum) === logits ? logits : undefined;
}

/** Returns the class of each row, from a value that is true where the last axis counts to it. */
function countsTo(context: Context, id: ValueId): ValueId | undefined {
  const last = context.shape(id).length - 1;
  return eitherWay(context, id, "eq", (count, classes) => {
    const iota = nodeOf(context, count, "iota");
    const spread = nodeOf(context, count, "broadcast");
    const inner = spread === undefined ? iota : nodeOf(context, spread.arg, "iota");
    const along = iota?.axis === last || (inner?.axis === 0 && spread?.axes[0] === last && spread.axes.length === 1);
    return along ? spreadOver(context, classes, upTo(last)) : undefined;
  });
}

/** Returns 1 at the class of each row. */
function oneHot(context: Context, classes: ValueId, shape: readonly Size[]): ValueId | undefined {
  const depth = shape[shape.length - 1];
  if (typeof depth !== "number") return undefined;
  return context.native({ name: "one_hot", depth }, [context.value(classes)], tensor("f32", ...shape));
}

/** Returns the labels and the logarithm that they choose from, in `isTarget ? log : 0` or `shares · log`. */
function chosen(context: Context, id: ValueId): { readonly logits: ValueId; readonly labels: ValueId } | undefined {
  const shape = context.shape(id);
  const [condition, log, zero] = argsOf(context, id, "select") ?? [];
  if (condition !== undefined && log !== undefined && zero !== undefined) {
    const classes = countsTo(context, condition);
    const logits = logSoftmaxed(context, log);
    if (classes === undefined || logits === undefined || context.splat(zero) !== 0) return undefined;
    const labels = oneHot(context, classes, shape);
    return labels === undefined ? undefined : { logits, labels };
  }
  return eitherWay(context, id, "mul", (shares, other) => {
    const logits = logSoftmaxed(context, other);
    return logits === undefined ? undefined : { logits, labels: context.value(shares) };
  });
}

/** Whether a value is a count, as a constant or a size. */
function isCount(context: Context, id: ValueId, count: Size): boolean {
  const node = context.definition(id);
  if (node.kind === "size") return sameSize(node.size, count);
  return typeof count === "number" && context.splat(id) === count;
}

const softmax = rule("map", (node, context) => {
  const logits = softmaxed(context, node.id);
  return logits === undefined ? undefined : context.native({ name: "softmax" }, [context.value(logits)], node.type);
});

const logSoftmax = rule("map", (node, context) => {
  const logits = logSoftmaxed(context, node.id);
  return logits === undefined ? undefined : context.native({ name: "log_softmax" }, [context.value(logits)], node.type);
});

/** Recognises `-(Σ labels · log softmax) / rows`. */
const crossEntropy = rule("map", (node, context) => {
  const [negative, count] = argsOf(context, node.id, "div") ?? [];
  const sum = negative === undefined ? undefined : inside(context, negative, "neg");
  const total = sum === undefined ? undefined : nodeOf(context, sum, "reduce");
  if (count === undefined || total?.op !== "sum" || node.type.shape.length > 0) return undefined;
  const rows = product(context.shape(total.arg).slice(0, -1));
  const found = isCount(context, count, rows) ? chosen(context, total.arg) : undefined;
  if (found === undefined) return undefined;
  return context.native({ name: "softmax_cross_entropy" }, [found.labels, context.value(found.logits)], node.type);
});

/**
 * Recognises `dy - softmax · Σ dy`, the gradient by the logits where dy is the gradient by the logarithm. If dy is the same
 * number c at the class of each row, the gradient is `(softmax - one hot) · -c`.
 */
const logSoftmaxGradient = rule("map", (node, context) =>
  eitherWay(context, node.id, "add", (dy, back) => {
    const last = node.type.shape.length - 1;
    const found = eitherWay(context, back, "mul", (exp, spread) => {
      const share = spreadOver(context, spread, upTo(last));
      const [negative, sum] = share === undefined ? [] : (argsOf(context, share, "div") ?? []);
      const total = negative === undefined ? undefined : inside(context, negative, "neg");
      if (sum === undefined || total === undefined || reducedOver(context, total, "sum", [last]) !== dy)
        return undefined;
      const all = exponentials(context, exp, sum);
      return all === undefined ? undefined : { logits: all.logits, total };
    });
    if (found === undefined) return undefined;
    const { shape } = node.type;
    const probabilities = context.native({ name: "softmax" }, [context.value(found.logits)], node.type);
    const direct = distance(context, dy, probabilities, shape);
    if (direct !== undefined) return direct;
    const kept = tensor("f32", ...shape.slice(0, -1), 1);
    const sum = context.native({ name: "reduce", op: "sum", axes: [last] }, [context.value(dy)], kept);
    return context.map("sub", [context.value(dy), context.map("mul", [probabilities, sum], shape)], shape);
  }),
);

/** Makes `(softmax - one hot) · -c` if dy is `isTarget ? c : 0` with one c for all. */
function distance(context: Context, dy: ValueId, probabilities: ValueId, shape: readonly Size[]): ValueId | undefined {
  const [condition, c, zero] = argsOf(context, dy, "select") ?? [];
  if (condition === undefined || c === undefined || zero === undefined || context.splat(zero) !== 0) return undefined;
  const classes = countsTo(context, condition);
  const labels = classes === undefined ? undefined : oneHot(context, classes, shape);
  const scalar = spreadOver(context, c, []);
  const size = scalar === undefined ? undefined : inside(context, scalar, "neg");
  if (labels === undefined || size === undefined) return undefined;
  const difference = context.map("sub", [probabilities, labels], shape);
  const count = inside(context, size, "reciprocal");
  return count === undefined
    ? context.map("mul", [difference, context.value(size)], shape)
    : context.map("div", [difference, context.value(count)], shape);
}

export const softmaxRules: readonly Rule[] = [crossEntropy, logSoftmaxGradient, softmax, logSoftmax];

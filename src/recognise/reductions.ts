// Recognises means and squared differences, and keeps arguments of scalar functions as small as they are, because
// TensorFlow.js broadcasts by itself.

import type { PrimNode, PrimOf, ValueId } from "../ir/graph.ts";
import { broadcastShapes } from "../ir/graphBuilder.ts";
import { product, type Size, sameSize } from "../ir/size.ts";
import { sameShape, tensor } from "../ir/types.ts";
import { type Context, type Rule, rule } from "./context.ts";
import { argsOf, inside, spreadOver } from "./patterns.ts";

/** Recognises `Σ x / count` or `Σ x · (1 / count)` over all that is counted, and returns its axes and argument. */
export function meanOf(
  context: Context,
  id: ValueId,
): { readonly arg: ValueId; readonly axes: readonly number[] } | undefined {
  const node = context.definition(id);
  if (node.kind !== "map" || (node.fn !== "div" && node.fn !== "mul")) return undefined;
  const [first = -1, second = -1] = node.args;
  for (const [sum, count] of node.fn === "div"
    ? [[first, second]]
    : [
        [first, second],
        [second, first],
      ]) {
    const total = context.definition(sum ?? -1);
    if (total.kind !== "reduce" || total.op !== "sum" || count === undefined) continue;
    const shape = context.shape(total.arg);
    const counted = product(total.axes.map((axis) => shape[axis] ?? 1));
    if (isCount(context, count, counted, node.fn === "mul")) return { arg: total.arg, axes: total.axes };
  }
  return undefined;
}

function isCount(context: Context, id: ValueId, count: Size, inverse: boolean): boolean {
  const scalar = context.definition(spreadOver(context, id, []) ?? id);
  if (scalar.kind === "size") return !inverse && sameSize(scalar.size, count);
  const number = scalar.kind === "const" && typeof scalar.value === "number" ? scalar.value : undefined;
  return typeof count === "number" && number !== undefined && number === (inverse ? 1 / count : count);
}

const mean = rule("map", (node, context) => {
  const found = meanOf(context, node.id);
  if (found === undefined) return undefined;
  return context.native({ name: "mean", axes: found.axes }, [context.value(found.arg)], node.type);
});

/** Recognises `(a - b)²` if nothing else reads the difference. */
const squaredDifference = rule("map", (node, context) => {
  const [a, b] = argsOf(context, node.id, "mul") ?? [];
  const difference = inside(context, node.id, "square") ?? (a === b ? a : undefined);
  if (difference === undefined || context.uses(difference) > (a === undefined ? 1 : 2)) return undefined;
  const [x, y] = argsOf(context, difference, "sub") ?? [];
  if (x === undefined || y === undefined || node.type.dtype !== "f32") return undefined;
  const args = narrow(context, [x, y], node.type.shape);
  return context.native({ name: "squared_difference" }, args, node.type);
});

/** Returns the shape of a spread value before it was spread: its own axes, with 1 for the others. */
function smallShape(node: PrimNode & PrimOf<"broadcast">, from: readonly Size[]): readonly Size[] {
  const shape = node.type.shape.map((_, axis): Size => {
    const at = node.axes.indexOf(axis);
    return at < 0 ? 1 : (from[at] ?? 1);
  });
  const first = shape.findIndex((size, axis) => size !== 1 || node.axes.includes(axis));
  return first < 0 ? [] : shape.slice(first);
}

/** Returns the argument before it was spread. */
function small(context: Context, node: PrimNode & PrimOf<"broadcast">): ValueId {
  const value = context.value(node.arg);
  const source = context.made(value);
  const shape = smallShape(node, source.type.shape);
  if (sameShape(shape, source.type.shape)) return value;
  const type = { dtype: node.type.dtype, shape };
  // The reduction keeps the axes, so that no reshape has to bring them back.
  const axes = node.type.shape.flatMap((_, axis) => (node.axes.includes(axis) ? [] : [axis]));
  const kept = shape.length === node.type.shape.length;
  if (kept && source.kind === "reduce" && source.axes.join() === axes.join())
    return context.native({ name: "reduce", op: source.op, axes }, [source.arg], type);
  if (
    kept &&
    source.kind === "native" &&
    source.operation.name === "mean" &&
    source.operation.axes.join() === axes.join()
  )
    return context.native({ name: "reduce", op: "mean", axes }, source.args, type);
  return context.push({ kind: "reshape", arg: value }, type);
}

/** Returns the arguments of a function of this shape, each as small as it can be while all together have the shape. */
export function narrow(context: Context, args: readonly ValueId[], shape: readonly Size[]): readonly ValueId[] {
  const narrowed = args.map((id) => {
    const node = context.definition(id);
    if (node.kind === "broadcast") return { id, node: node as PrimNode & PrimOf<"broadcast"> };
    return { id, node: undefined };
  });
  const shapes = narrowed.map(({ id, node }) =>
    node !== undefined
      ? smallShape(node, context.shape(node.arg))
      : context.splat(id) === undefined
        ? context.shape(id)
        : [],
  );
  const together = shapes.reduce<readonly Size[] | undefined>(
    (all, one) => (all === undefined ? undefined : broadcastShapes(all, one)),
    [],
  );
  if (together === undefined || !sameShape(together, shape)) return args.map((id) => context.value(id));
  return narrowed.map(({ id, node }) => {
    if (node !== undefined) return small(context, node);
    const number = context.splat(id);
    const { dtype, shape: own } = context.definition(id).type;
    return number === undefined || own.length === 0
      ? context.value(id)
      : context.push({ kind: "const", value: number }, tensor(dtype));
  });
}

/** Makes a scalar function over arguments that nothing spreads first. */
const broadcasting = rule("map", (node, context) =>
  context.push({ kind: "map", fn: node.fn, args: narrow(context, node.args, node.type.shape) }, node.type),
);

export const reductionRules: readonly Rule[] = [mean, squaredDifference];
export const broadcastRules: readonly Rule[] = [broadcasting];

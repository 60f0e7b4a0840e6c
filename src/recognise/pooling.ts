// Recognises the maximum and average over windows along one, two or three axes, and their gradients.

import type { PrimNode, PrimOf, ValueId, WindowAxis } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { type Context, type Rule, rule } from "./context.ts";
import type { Pooling } from "./graph.ts";
import { argsOf, eitherWay, inside, nodeOf, sameAxes, spreadOver, upTo } from "./patterns.ts";
import { paddingName, type WindowsAlong } from "./windows.ts";

interface Windows extends Pooling {
  readonly along: readonly WindowsAlong[];
}

/** Returns the windows if pooling has such: not along batch and channels, without gaps, over one to three axes. */
function poolingOf(
  window: readonly WindowAxis[],
  shape: readonly Size[],
  counts: readonly Size[],
): Windows | undefined {
  const inner = window.slice(1, -1);
  const still = [window[0], window[window.length - 1]].every(
    (axis) => axis?.size === 1 && axis.stride === 1 && axis.before + axis.after === 0,
  );
  if (!still || inner.length < 1 || inner.length > 3 || inner.some(({ dilation }) => dilation !== 1)) return undefined;
  const along = inner.map((axis, i): WindowsAlong => {
    const [elements, count] = [shape[i + 1] ?? 1, counts[i + 1] ?? 1];
    if (typeof elements !== "number" || typeof count !== "number") return { ...axis, elements, count };
    // The rest after the last window is no padding, however it is written.
    const after = axis.stride * (count - 1) + axis.size - axis.before - elements;
    return { ...axis, after, elements, count };
  });
  const padding = paddingName(along);
  if (padding === undefined) return undefined;
  return { size: inner.map(({ size }) => size), strides: inner.map(({ stride }) => stride), padding, along };
}

const pooling = ({ size, strides, padding }: Windows): Pooling => ({ size, strides, padding });

/** Counts the elements of each window without padding; returns one number if all windows have as many. */
function coverage({ along }: Windows): number | readonly number[] {
  const counts = along.map(({ size, stride, before, elements, count }) =>
    upTo(count as number).map((i) => {
      const start = i * stride - before;
      return Math.min(start + size, elements as number) - Math.max(start, 0);
    }),
  );
  const all = counts.reduce<readonly number[]>((some, axis) => some.flatMap((a) => axis.map((b) => a * b)), [1]);
  const [first = 1] = all;
  return all.every((count) => count === first) ? first : all;
}

/** Whether a value is the number of elements of each window (with `inverse`: 1 divided by it). */
function isCoverage(context: Context, id: ValueId, windows: Windows, inverse: boolean): boolean {
  const counts = coverage(windows);
  const number = context.splat(id);
  if (number !== undefined) return typeof counts === "number" && number === (inverse ? 1 / counts : counts);
  const spread = spreadOver(
    context,
    id,
    upTo(windows.along.length).map((axis) => axis + 1),
  );
  if (spread === undefined) return false;
  const whole = inverse ? inside(context, spread, "reciprocal") : spread;
  const node = whole === undefined ? undefined : nodeOf(context, whole, "const");
  if (node === undefined || typeof node.value === "number" || typeof counts === "number") return false;
  return node.value.every((value, i) => value === counts[i]);
}

const maxPool = rule("window_reduce", (node, context) => {
  const found = node.op === "max" ? poolingOf(node.window, context.shape(node.arg), node.type.shape) : undefined;
  return found && context.native({ name: "max_pool", ...pooling(found) }, [context.value(node.arg)], node.type);
});

const maxPoolGradient = rule("window_scatter", (node, context) => {
  if (node.op !== "max") return undefined;
  const counts = context.shape(node.gradient);
  const found = poolingOf(node.window, node.type.shape, counts);
  if (found === undefined) return undefined;
  const input = context.value(node.arg);
  const type = { ...node.type, shape: counts };
  // The forward pass may have made it already.
  const output = context.native({ name: "max_pool", ...pooling(found) }, [input], type);
  const args = [context.value(node.gradient), input, output];
  return context.native({ name: "max_pool_gradient", ...pooling(found) }, args, node.type);
});

type WindowSum = PrimNode & PrimOf<"window_reduce">;
const averagePool = rule("map", (node, context) => {
  const average = (sums: ValueId, counts: ValueId, inverse: boolean): ValueId | undefined => {
    const sum: WindowSum | undefined = nodeOf(context, sums, "window_reduce");
    const found = sum?.op === "sum" ? poolingOf(sum.window, context.shape(sum.arg), sum.type.shape) : undefined;
    if (sum === undefined || found === undefined || !isCoverage(context, counts, found, inverse)) return undefined;
    return context.native({ name: "average_pool", ...pooling(found) }, [context.value(sum.arg)], node.type);
  };
  const [sums, counts] = argsOf(context, node.id, "div") ?? [];
  if (sums !== undefined && counts !== undefined) return average(sums, counts, false);
  return eitherWay(context, node.id, "mul", (a, b) => average(a, b, true));
});

const averagePoolGradient = rule("window_scatter", (node, context) => {
  const found = node.op === "sum" ? poolingOf(node.window, node.type.shape, context.shape(node.gradient)) : undefined;
  if (found === undefined) return undefined;
  const [above, below] = argsOf(context, node.gradient, "div") ?? [];
  const dy =
    above !== undefined && below !== undefined && isCoverage(context, below, found, false)
      ? above
      : eitherWay(context, node.gradient, "mul", (share, dy) =>
          isCoverage(context, share, found, true) ? dy : undefined,
        );
  if (dy === undefined) return undefined;
  const args = [context.value(dy), context.value(node.arg)];
  return context.native({ name: "average_pool_gradient", ...pooling(found) }, args, node.type);
});

/** Recognises the gradient of a maximum: each window gives all of its gradient to one element, and elements sum up. */
const sumOfMaxGradient = rule("reduce", (node, context) => {
  const scatter = nodeOf(context, node.arg, "window_scatter");
  if (scatter?.op !== "max" || node.op !== "sum" || !sameAxes(node.axes, upTo(scatter.window.length - 1)))
    return undefined;
  return context.push({ kind: "reduce", op: "sum", axes: node.axes, arg: context.value(scatter.gradient) }, node.type);
});

export const poolingRules: readonly Rule[] = [
  maxPool,
  maxPoolGradient,
  sumOfMaxGradient,
  averagePool,
  averagePoolGradient,
];

// Simplifications of reductions and windows.

import { areDisjoint } from "../../ir/graphBuilder.ts";
import { product } from "../../ir/size.ts";
import { argumentsOfMap, mapRule, type Rule, rule } from "./rule.ts";

export const reductionRules: readonly Rule[] = [
  rule("reduce", "reduce over no axes → x", (node, { value }) =>
    node.axes.length === 0 ? value(node.arg) : undefined,
  ),
  rule("reduce", "reduce over axes of 1 → reshape", (node, { g, value }) => {
    const arg = value(node.arg);
    const ones = node.axes.filter((axis) => arg.type.shape[axis] === 1);
    if (ones.length === 0) return undefined;
    const narrow = g.reshape(
      arg,
      arg.type.shape.filter((_, axis) => !ones.includes(axis)),
    );
    const rest = node.axes
      .filter((axis) => !ones.includes(axis))
      .map((axis) => axis - ones.filter((one) => one < axis).length);
    return g.reduce(node.op, narrow, rest);
  }),
  rule("reduce", "reduce of the same reduce → one reduce", (node, { g, definition, value }) => {
    const inner = definition(node.arg);
    if (inner.kind !== "reduce" || inner.op !== node.op) return undefined;
    const arg = value(inner.arg);
    const left = arg.type.shape.map((_, axis) => axis).filter((axis) => !inner.axes.includes(axis));
    return g.reduce(node.op, arg, [...inner.axes, ...node.axes.map((axis) => left[axis] ?? axis)]);
  }),
  rule(
    "reduce",
    "sum of copies → times their number; the extreme of copies → one of them",
    (node, { g, definition, value }) => {
      const inner = definition(node.arg);
      if (inner.kind !== "broadcast") return undefined;
      const source = value(inner.arg);
      if (source.type.shape.includes(1)) return undefined;
      const copied = node.axes.filter((axis) => !inner.axes.includes(axis));
      if (copied.length === 0) return undefined;
      const own = node.axes.filter((axis) => inner.axes.includes(axis)).map((axis) => inner.axes.indexOf(axis));
      const reduced = g.reduce(node.op, source, own);
      // The axis of the result for each remaining axis of the source.
      const left = inner.type.shape.map((_, axis) => axis).filter((axis) => !node.axes.includes(axis));
      const axes = inner.axes.filter((axis) => !node.axes.includes(axis)).map((axis) => left.indexOf(axis));
      const spread = g.broadcast(reduced, node.type.shape, axes);
      if (node.op !== "sum") return spread;
      const count = product(copied.map((axis) => inner.type.shape[axis] ?? 1));
      if (typeof count === "number") return g.mul(spread, count);
      return node.type.dtype === "f32" ? g.mul(spread, g.size(count)) : undefined;
    },
  ),
  rule("reduce", "sum of -x → -(sum of x)", (node, { g, definition, value }) => {
    const [x] = argumentsOfMap(definition(node.arg), "neg") ?? [];
    return x === undefined || node.op !== "sum" ? undefined : g.map("neg", g.sum(value(x), node.axes));
  }),
  rule("reduce", "reduce of a constant → a constant", (node, { g, splat, value }) => {
    const number = splat(node.arg);
    if (number === undefined) return undefined;
    if (node.op !== "sum") return g.constant(number, node.type);
    const { shape } = value(node.arg).type;
    const count = product(node.axes.map((axis) => shape[axis] ?? 1));
    if (typeof count === "number") return g.constant(number * count, node.type);
    return node.type.dtype === "f32" ? g.mul(g.constant(number, node.type), g.size(count)) : undefined;
  }),
  rule("arg_reduce", "the place of the extreme of one → 0", (node, { g, value }) =>
    value(node.arg).type.shape[node.axis] === 1 ? g.constant(0, node.type) : undefined,
  ),
  // If the first maximum fails the test, its whole window does.
  mapRule(
    "select",
    "a test of what windows choose from → a test of what they chose",
    ([test, yes, no], context, type) => {
      const { definition, g, splat, value } = context;
      const scatter = definition(yes);
      if (scatter.kind !== "window_scatter" || scatter.op !== "max" || splat(no) !== 0) return undefined;
      const tested = argumentsOfMap(definition(test), "gt");
      if (tested === undefined) return undefined;
      const [x, bound] = tested;
      const limit = splat(bound);
      // An element that two windows choose would be tested twice.
      const disjoint = areDisjoint(scatter.window);
      if (x !== scatter.arg || limit === undefined || !disjoint || type.dtype !== "f32") return undefined;
      const most = g.windowReduce("max", value(x), scatter.window);
      const passes = g.map("gt", most, g.constant(limit, most.type));
      const gradient = value(scatter.gradient);
      const kept = g.select(passes, gradient, g.constant(0, gradient.type));
      return g.windowScatter("max", value(x), kept, scatter.window);
    },
  ),
  rule("window_reduce", "windows of one element each → x", (node, { value }) =>
    node.window.every(({ size, stride, before, after }) => size === 1 && stride === 1 && before === 0 && after === 0)
      ? value(node.arg)
      : undefined,
  ),
];

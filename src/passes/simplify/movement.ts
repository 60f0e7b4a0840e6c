// Simplifications of primitives that move elements: a chain becomes one, and a move that changes nothing goes away.

import type { Value } from "../../ir/builder.ts";
import { subtractSizes } from "../../ir/size.ts";
import { sameShape } from "../../ir/types.ts";
import type { Candidate, Rule, RuleContext } from "./rule.ts";
import { commutativeRule, rule } from "./rule.ts";

type Pad = Candidate<"pad">;

/** The only axis along which both are padded, if the second begins where the first ends. */
function besideAlong(first: Pad, second: Pad, { value }: RuleContext): number | undefined {
  const axes = first.type.shape.map((_, axis) => axis);
  const padded = axes.filter((axis) =>
    [first.before, first.after, second.before, second.after].some((amounts) => amounts[axis] !== 0),
  );
  const [axis, more] = padded;
  if (axis === undefined || more !== undefined) return undefined;
  const size = value(first.arg).type.shape[axis];
  return typeof size === "number" && second.before[axis] === (first.before[axis] ?? 0) + size ? axis : undefined;
}

const isIdentity = (axes: readonly number[]): boolean => axes.every((axis, i) => axis === i);
const squeezed = (shape: Candidate["type"]["shape"]): Candidate["type"]["shape"] => shape.filter((size) => size !== 1);

/** Any of these of a constant is a constant of the new shape. */
const ofConstant = (kind: "reshape" | "transpose" | "broadcast" | "slice"): Rule =>
  rule(kind, `${kind} of a constant → a constant`, (node, { g, splat }) => {
    const number = splat(node.arg);
    return number === undefined ? undefined : g.constant(number, node.type);
  });

export const movementRules: readonly Rule[] = [
  ofConstant("reshape"),
  ofConstant("transpose"),
  ofConstant("broadcast"),
  ofConstant("slice"),
  rule("pad", "pad of the same constant → a constant", (node, { g, splat }) =>
    splat(node.arg) === node.value ? g.constant(node.value, node.type) : undefined,
  ),

  rule("reshape", "reshape to its own shape → x", (node, { value }) =>
    sameShape(value(node.arg).type.shape, node.type.shape) ? value(node.arg) : undefined,
  ),
  rule("reshape", "reshape of reshape → reshape", (node, { g, definition, value }) => {
    const inner = definition(node.arg);
    return inner.kind === "reshape" ? g.reshape(value(inner.arg), node.type.shape) : undefined;
  }),
  rule("reshape", "reshape of a list of numbers → the list", (node, { g, definition }) => {
    const inner = definition(node.arg);
    return inner.kind === "const" ? g.constant(inner.value, node.type) : undefined;
  }),

  rule("transpose", "transpose in order → x", (node, { value }) =>
    isIdentity(node.permutation) ? value(node.arg) : undefined,
  ),
  rule("transpose", "transpose of transpose → transpose", (node, { g, definition, value }) => {
    const inner = definition(node.arg);
    if (inner.kind !== "transpose") return undefined;
    return g.transpose(
      value(inner.arg),
      node.permutation.map((axis) => inner.permutation[axis] ?? axis),
    );
  }),
  rule("transpose", "transpose that only moves axes of 1 → reshape", (node, { g, value }) => {
    const { shape } = value(node.arg).type;
    const rest = node.permutation.filter((axis) => shape[axis] !== 1);
    return rest.every((axis, i) => axis > (rest[i - 1] ?? -1))
      ? g.reshape(value(node.arg), node.type.shape)
      : undefined;
  }),

  rule("broadcast", "broadcast to its own shape → x", (node, { value }) =>
    sameShape(value(node.arg).type.shape, node.type.shape) ? value(node.arg) : undefined,
  ),
  rule("broadcast", "broadcast that only adds axes of 1 → reshape", (node, { g, value }) => {
    const arg = value(node.arg);
    return sameShape(squeezed(arg.type.shape), squeezed(node.type.shape)) ? g.reshape(arg, node.type.shape) : undefined;
  }),
  rule("broadcast", "broadcast of axes of 1 → broadcast without them", (node, { g, value }) => {
    const arg = value(node.arg);
    if (!arg.type.shape.includes(1)) return undefined;
    const axes = node.axes.filter((_, i) => arg.type.shape[i] !== 1);
    return g.broadcast(g.reshape(arg, squeezed(arg.type.shape)), node.type.shape, axes);
  }),
  rule("broadcast", "broadcast of broadcast → broadcast", (node, { g, definition, value }) => {
    const inner = definition(node.arg);
    if (inner.kind !== "broadcast") return undefined;
    return g.broadcast(
      value(inner.arg),
      node.type.shape,
      inner.axes.map((axis) => node.axes[axis] ?? axis),
    );
  }),

  rule("slice", "slice of everything → x", (node, { value }) =>
    sameShape(value(node.arg).type.shape, node.type.shape) ? value(node.arg) : undefined,
  ),
  rule("slice", "slice of slice → slice", (node, { g, definition, value }) => {
    const inner = definition(node.arg);
    if (inner.kind !== "slice") return undefined;
    const starts = node.starts.map((start, axis) => (inner.starts[axis] ?? 0) + start * (inner.strides[axis] ?? 1));
    const strides = node.strides.map((stride, axis) => stride * (inner.strides[axis] ?? 1));
    return g.slice(value(inner.arg), starts, node.type.shape, strides);
  }),
  rule("slice", "slice of the inside of pad → slice", (node, context) => {
    const inner = context.definition(node.arg);
    if (inner.kind !== "pad") return undefined;
    const starts = node.starts.map((start, axis) => start - (inner.before[axis] ?? 0));
    return inRange(starts, node, context.value(inner.arg)) ? sliced(context, inner.arg, starts, node) : undefined;
  }),
  rule("slice", "slice of one part of concat → slice of that part", (node, context) => {
    const inner = context.definition(node.arg);
    if (inner.kind !== "concat") return undefined;
    let start = 0;
    for (const part of inner.args) {
      const size = context.value(part).type.shape[inner.axis];
      if (typeof size !== "number") return undefined;
      const starts = node.starts.with(inner.axis, (node.starts[inner.axis] ?? 0) - start);
      if (inRange(starts, node, context.value(part))) return sliced(context, part, starts, node);
      start += size;
    }
    return undefined;
  }),

  rule("pad", "pad by nothing → x", (node, { value }) =>
    [...node.before, ...node.after].every((amount) => amount === 0) ? value(node.arg) : undefined,
  ),
  rule("pad", "pad of pad → pad", (node, { g, definition, value }) => {
    const inner = definition(node.arg);
    if (inner.kind !== "pad" || inner.value !== node.value) return undefined;
    const before = node.before.map((amount, axis) => amount + (inner.before[axis] ?? 0));
    const after = node.after.map((amount, axis) => amount + (inner.after[axis] ?? 0));
    return g.pad(value(inner.arg), before, after, node.value);
  }),
  commutativeRule("add", "sum of values padded with zeros side by side → both joined", (a, b, context) => {
    const [left, right] = [context.definition(a), context.definition(b)];
    if (left.kind !== "pad" || right.kind !== "pad" || left.value !== 0 || right.value !== 0) return undefined;
    const axis = besideAlong(left, right, context);
    if (axis === undefined) return undefined;
    const joined = context.g.concat([context.value(left.arg), context.value(right.arg)], axis);
    return context.g.pad(joined, left.before, right.after);
  }),
  rule("concat", "concat of concat → concat", (node, { g, definition, value }) => {
    const inner = node.args.map(definition);
    if (!inner.some((one) => one.kind === "concat" && one.axis === node.axis)) return undefined;
    const args = inner.flatMap((one, i) =>
      one.kind === "concat" && one.axis === node.axis ? one.args : [node.args[i] ?? -1],
    );
    return g.concat(args.map(value), node.axis);
  }),
  rule("concat", "concat of one → x", (node, { value }) => {
    const [only, more] = node.args;
    return only !== undefined && more === undefined ? value(only) : undefined;
  }),
];

/** Whether a slice that starts at `starts` lies within `arg`. */
function inRange(starts: readonly number[], node: Candidate<"slice">, arg: Value): boolean {
  return starts.every((start, axis) => {
    const [size = 1, count = 1, stride = 1] = [arg.type.shape[axis], node.type.shape[axis], node.strides[axis]];
    if (typeof size === "number" && typeof count === "number") return start >= 0 && start + (count - 1) * stride < size;
    return start === 0 && stride === 1 && subtractSizes(size, count) === 0;
  });
}

const sliced = ({ g, value }: RuleContext, id: number, starts: readonly number[], node: Candidate<"slice">): Value =>
  g.slice(value(id), starts, node.type.shape, node.strides);

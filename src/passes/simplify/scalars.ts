// Simplifications of scalar functions. Each keeps the result to the last bit, or makes it more exact. None assumes that
// numbers are finite, except that a mask times a value means a choice between the value and 0.

import type { Value } from "../../ir/builder.ts";
import type { PrimNode, ValueId } from "../../ir/graph.ts";
import type { UnaryName } from "../../ir/scalar/names.ts";
import { scalarFunction } from "../../ir/scalar.ts";
import { sameShape, type TensorType } from "../../ir/types.ts";
import { argumentsOfMap, commutativeRule, mapRule, type Rule, type RuleContext, rule } from "./rule.ts";

/** Whether division by the number equals multiplication by its inverse. */
function isPowerOfTwo(x: number): boolean {
  const exponent = Math.log2(Math.abs(x));
  return Number.isInteger(exponent) && Math.abs(exponent) <= 60 && 2 ** exponent === Math.abs(x);
}

/** The only argument of a value that is `fn` of something. */
const inside = ({ definition }: RuleContext, id: ValueId, fn: UnaryName): ValueId | undefined =>
  argumentsOfMap(definition(id), fn)?.[0];

/** The value, if it has the wanted type. */
const ifType = ({ value }: RuleContext, id: ValueId, type: TensorType): Value | undefined =>
  value(id).type.dtype === type.dtype ? value(id) : undefined;

const casts = ["f32", "i32", "u8", "bool"] as const;

/** A mask as a number: its condition, and the numbers for true and for false. */
function maskOf(
  { definition, splat, value }: RuleContext,
  id: ValueId,
): { condition: Value; when: boolean } | undefined {
  const node = definition(id);
  const [mask] = argumentsOfMap(node, "f32") ?? [];
  if (mask !== undefined && value(mask).type.dtype === "bool") return { condition: value(mask), when: true };
  const choice = argumentsOfMap(node, "select");
  if (choice === undefined) return undefined;
  const [condition, yes, no] = choice;
  if (splat(yes) === 1 && splat(no) === 0) return { condition: value(condition), when: true };
  if (splat(yes) === 0 && splat(no) === 1) return { condition: value(condition), when: false };
  return undefined;
}

const powers: ReadonlyMap<number, UnaryName> = new Map([
  [2, "square"],
  [0.5, "sqrt"],
  [-1, "reciprocal"],
  [-0.5, "rsqrt"],
]);

export const scalarRules: readonly Rule[] = [
  rule("map", "a function of constants → a constant", (node, { g, splat }) => {
    const numbers = node.args.map(splat);
    if (!numbers.every((x) => x !== undefined)) return undefined;
    return g.constant(scalarFunction(node.fn).evaluate(...numbers), node.type);
  }),
  mapRule("stop_gradient", "stop_gradient(x) → x", ([x], { value }) => value(x)),
  rule("map", "a cast to the type it has → x", (node, context) => {
    const cast = casts.find((fn) => fn === node.fn);
    const [x] = cast === undefined ? [] : (argumentsOfMap(node, cast) ?? []);
    return x === undefined ? undefined : ifType(context, x, node.type);
  }),

  commutativeRule("add", "x + 0 → x", (x, zero, context, type) =>
    context.splat(zero) === 0 ? ifType(context, x, type) : undefined,
  ),
  mapRule("sub", "x - 0 → x", ([x, zero], context, type) =>
    context.splat(zero) === 0 ? ifType(context, x, type) : undefined,
  ),
  mapRule("sub", "0 - x → -x", ([zero, x], { g, splat, value }) =>
    splat(zero) === 0 ? g.map("neg", value(x)) : undefined,
  ),
  commutativeRule("mul", "x * 1 → x", (x, one, context, type) =>
    context.splat(one) === 1 ? ifType(context, x, type) : undefined,
  ),
  commutativeRule("mul", "x * -1 → -x", (x, minusOne, { g, splat, value }) =>
    splat(minusOne) === -1 ? g.map("neg", value(x)) : undefined,
  ),
  mapRule("div", "x / 1 → x", ([x, one], context, type) =>
    context.splat(one) === 1 ? ifType(context, x, type) : undefined,
  ),
  mapRule("div", "x / 2^k → x * 2^-k", ([x, c], context, type) => {
    const number = context.splat(c);
    if (number === undefined || number === 1 || !isPowerOfTwo(number)) return undefined;
    const numerator = ifType(context, x, type);
    return numerator === undefined ? undefined : context.g.mul(numerator, 1 / number);
  }),
  mapRule("div", "1 / x → reciprocal x", ([one, x], context, type) =>
    context.splat(one) === 1 && ifType(context, x, type) !== undefined
      ? context.g.map("reciprocal", context.value(x))
      : undefined,
  ),
  commutativeRule("mul", "x * (1 / y) → x / y", (x, inverse, context) => {
    const y = inside(context, inverse, "reciprocal");
    return y === undefined ? undefined : context.g.div(context.value(x), context.value(y));
  }),
  commutativeRule("mul", "(x * a) * b → x * (a * b), where a or b is a power of two", (product, b, context) => {
    const outer = context.splat(b);
    const factors = argumentsOfMap(context.definition(product), "mul");
    if (outer === undefined || factors === undefined) return undefined;
    const [x, a] = factors;
    const inner = context.splat(a) ?? context.splat(x);
    if (inner === undefined || !(isPowerOfTwo(inner) || isPowerOfTwo(outer))) return undefined;
    return context.g.mul(context.value(context.splat(a) === undefined ? a : x), inner * outer);
  }),
  mapRule("pow", "x ^ 1 → x", ([x, exponent], context, type) =>
    context.splat(exponent) === 1 ? ifType(context, x, type) : undefined,
  ),
  mapRule("pow", "x ^ 2 → x², and the like", ([x, exponent], context, type) => {
    const fn = powers.get(context.splat(exponent) ?? Number.NaN);
    const base = ifType(context, x, type);
    return fn === undefined || base === undefined ? undefined : context.g.map(fn, base);
  }),

  mapRule("neg", "-(-x) → x", ([x], context) => {
    const y = inside(context, x, "neg");
    return y === undefined ? undefined : context.value(y);
  }),
  mapRule("neg", "-(x - y) → y - x", ([difference], { g, definition, value }) => {
    const [x, y] = argumentsOfMap(definition(difference), "sub") ?? [];
    return x === undefined || y === undefined ? undefined : g.sub(value(y), value(x));
  }),
  commutativeRule("add", "x + -y → x - y", (x, negative, context) => {
    const y = inside(context, negative, "neg");
    return y === undefined ? undefined : context.g.sub(context.value(x), context.value(y));
  }),
  mapRule("sub", "x - -y → x + y", ([x, negative], context) => {
    const y = inside(context, negative, "neg");
    return y === undefined ? undefined : context.g.add(context.value(x), context.value(y));
  }),
  commutativeRule("mul", "-x * c → x * -c", (negative, c, context) => {
    const x = inside(context, negative, "neg");
    const number = context.splat(c);
    return x === undefined || number === undefined ? undefined : context.g.mul(context.value(x), -number);
  }),

  mapRule("max", "max(x, 0) → relu x", ([x, zero], { g, splat, value }) =>
    splat(zero) === 0 ? g.map("relu", value(x)) : undefined,
  ),
  mapRule("not", "not not x → x", ([x], context) => {
    const y = inside(context, x, "not");
    return y === undefined ? undefined : ifType(context, y, context.value(x).type);
  }),

  commutativeRule("mul", "mask * x → mask ? x : 0", (mask, x, context, type) => {
    const found = maskOf(context, mask);
    if (found === undefined || type.dtype !== "f32" || context.value(x).type.dtype !== "f32") return undefined;
    const zero = context.g.constant(0, type);
    return found.when
      ? context.g.select(found.condition, context.value(x), zero)
      : context.g.select(found.condition, zero, context.value(x));
  }),
  mapRule("select", "select(true, x, y) → x", ([condition, x, y], context, type) => {
    const known = context.splat(condition);
    return known === undefined ? undefined : ifType(context, known !== 0 ? x : y, type);
  }),
  mapRule("select", "select(c, x, x) → x", ([, x, y], context, type) => {
    const number = context.splat(x);
    const same = x === y || (number !== undefined && number === context.splat(y));
    return same ? ifType(context, x, type) : undefined;
  }),
  mapRule("select", "select(not c, x, y) → select(c, y, x)", ([condition, x, y], context) => {
    const opposite = inside(context, condition, "not");
    if (opposite === undefined || context.value(opposite).type.dtype !== "bool") return undefined;
    return context.g.select(context.value(opposite), context.value(y), context.value(x));
  }),
  mapRule(
    "select",
    "select(c, select(c, x, y), z) → select(c, x, z)",
    ([condition, inner, z], { g, definition, value }) => {
      const [same, x] = argumentsOfMap(definition(inner), "select") ?? [];
      return same !== condition || x === undefined ? undefined : g.select(value(condition), value(x), value(z));
    },
  ),

  rule("map", "f(reshape x) → reshape f(x)", (node, context) => {
    const shape = commonSource(node.args, context, (arg) => arg.kind === "reshape");
    if (shape === undefined) return undefined;
    const args = node.args.map((id) => moved(id, shape, context));
    return context.g.reshape(context.g.map(node.fn, ...args), node.type.shape);
  }),
  rule("map", "f(broadcast x) → broadcast f(x)", (node, context) => {
    const spread = node.args.map(context.definition).flatMap((arg) => (arg.kind === "broadcast" ? [arg] : []));
    const first = spread.find((arg) => arg.axes.length > 0) ?? spread[0];
    if (first === undefined) return undefined;
    const sameAxes = (arg: PrimNode): boolean =>
      arg.kind === "broadcast" &&
      arg.axes.length === first.axes.length &&
      arg.axes.every((axis, i) => axis === first.axes[i]);
    const shape = commonSource(node.args, context, sameAxes);
    if (shape === undefined) return undefined;
    const args = node.args.map((id) => moved(id, shape, context));
    return context.g.broadcast(context.g.map(node.fn, ...args), node.type.shape, first.axes);
  }),
];

/** The same number everywhere: a constant, or a scalar spread over a shape. It fits any other shape as well. */
const isUniform = (id: ValueId, { definition, splat, value }: RuleContext): boolean => {
  const node = definition(id);
  return splat(id) !== undefined || (node.kind === "broadcast" && value(node.arg).type.shape.length === 0);
};

/** The shape below the arguments, if each is the same everywhere or moved over one shape as `fits` says. */
function commonSource(
  args: readonly ValueId[],
  context: RuleContext,
  fits: (arg: PrimNode) => boolean,
): TensorType["shape"] | undefined {
  let shape: TensorType["shape"] | undefined;
  for (const id of args) {
    const arg = context.definition(id);
    if ((arg.kind === "reshape" || arg.kind === "broadcast") && fits(arg)) {
      const source = context.value(arg.arg).type.shape;
      if (shape !== undefined && !sameShape(shape, source)) return undefined;
      shape = source;
    } else if (!isUniform(id, context)) return undefined;
  }
  return shape;
}

/** The argument before it was moved. A value that is the same everywhere gets the other shape. */
function moved(id: ValueId, shape: TensorType["shape"], context: RuleContext): Value {
  const { g, definition, splat, value } = context;
  const number = splat(id);
  if (number !== undefined) return g.constant(number, { dtype: value(id).type.dtype, shape });
  const node = definition(id);
  if (node.kind !== "reshape" && node.kind !== "broadcast") return value(id);
  return isUniform(id, context) ? g.broadcast(value(node.arg), shape, []) : value(node.arg);
}

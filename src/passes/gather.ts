// Brings every `contract` into gather form: each index of its result is a constant, or one loop with a stride that no other
// index uses, and never leaves the result. One point of the outer loops then writes each element, so a register can hold its
// sum. The pass inverts scatters: in `out[s·y + d·k] += …` the index X = s·y + d·k becomes the loop, and y is computed
// from it, with one contract for each remainder of X by s.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { Access, Address, Module, NamedLoop, Prim, PrimGraph } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { tensor } from "../ir/types.ts";
import { loopIndex, loopsIn, rangeOf, shifted, staysInside, substituteInAccess } from "./affine.ts";
import type { Pass } from "./pass.ts";
import { everywhere, rebuild } from "./rebuild.ts";

/** A sum of products, as Builder.contract takes it, without `onto`. */
export interface Product {
  readonly loops: readonly NamedLoop[];
  readonly shape: readonly Size[];
  readonly out: Access;
  readonly lhs: Value;
  readonly left: Access;
  readonly rhs: Value;
  readonly right: Access;
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? Math.abs(a) : greatestCommonDivisor(b, a % b);
const remainder = (a: number, n: number): number => ((a % n) + n) % n;

/** Replaces a loop by `value` everywhere. The loop's own name may occur in `value`, with the new extent. */
function replaceLoop(product: Product, name: string, value: Address, extent: Size | undefined): Product {
  return {
    ...product,
    loops: product.loops.flatMap((loop) =>
      loop.name !== name ? [loop] : extent === undefined ? [] : [{ name, extent }],
    ),
    out: substituteInAccess(product.out, name, value),
    left: substituteInAccess(product.left, name, value),
    right: substituteInAccess(product.right, name, value),
  };
}

const extentOf = (product: Product, name: string): Size =>
  product.loops.find((loop) => loop.name === name)?.extent ?? 1;

/** Whether a read is out of range, and so 0, for every value of the loop outside its extent. */
function isGuarded(product: Product, name: string): boolean {
  const guards = (access: Access, shape: readonly Size[]): boolean =>
    access.some((affine, axis) => {
      const [only, more] = loopsIn(affine);
      if (only?.[0] !== name || more !== undefined || Math.abs(only[1]) !== 1) return false;
      const [size = 1, extent] = [shape[axis], extentOf(product, name)];
      if (typeof size !== "number" || typeof extent !== "number") return staysInside(affine, size, product.loops);
      // The values of the loop for which the index is 0 and size - 1.
      const ends = [(0 - affine.offset) * only[1], (size - 1 - affine.offset) * only[1]];
      return Math.min(...ends) >= 0 && Math.max(...ends) < extent;
    });
  return guards(product.left, product.lhs.type.shape) || guards(product.right, product.rhs.type.shape);
}

function numeric(size: Size): number {
  if (typeof size === "number") return size;
  throw new CompilerBug("a product scatters along the batch");
}

/** Shortens loops so that every index of the result stays inside it; undefined if no point remains. */
function trim(product: Product): Product | undefined {
  let result = product;
  for (const [axis, affine] of product.out.entries()) {
    const size = product.shape[axis] ?? 1;
    if (staysInside(affine, size, product.loops)) continue;
    const limit = numeric(size);
    const [only] = loopsIn(affine);
    if (only === undefined) return undefined;
    const [name, stride] = only;
    const extent = numeric(extentOf(product, name));
    // Where the index is 0 and limit - 1, as values of the loop.
    const ends = [-affine.offset / stride, (limit - 1 - affine.offset) / stride];
    const first = Math.max(0, Math.ceil(Math.min(...ends)));
    const last = Math.min(extent - 1, Math.floor(Math.max(...ends)));
    if (last < first) return undefined;
    result = replaceLoop(result, name, { offset: first, strides: { [name]: 1 } }, last - first + 1);
  }
  return result;
}

/**
 * The product in two steps: first one element for each point of the loops of the result, then the scatter of these
 * elements. The second step splits a loop that two indices use and joins the halves with an identity matrix.
 */
function inTwoSteps(g: Builder, product: Product, repeated: string | undefined): Value {
  const names = [...new Set(product.out.flatMap((affine) => loopsIn(affine).map(([name]) => name)))];
  const loops = names.map((name) => ({ name, extent: extentOf(product, name) }));
  const shape = loops.map((loop) => loop.extent);
  const lhs = g.contract({ ...product, shape, out: names.map(loopIndex) });
  const spread = { loops, shape: product.shape, lhs, left: names.map(loopIndex) };
  if (repeated === undefined) return gatherProduct(g, { ...spread, out: product.out, rhs: g.constant(1), right: [] });
  let twin = `${repeated}_`;
  while (names.includes(twin)) twin += "_";
  const extent = extentOf(product, repeated);
  const square = tensor("i32", extent, extent);
  const last = product.out.findLastIndex((affine) => loopsIn(affine).some(([name]) => name === repeated));
  return gatherProduct(g, {
    ...spread,
    loops: [...loops, { name: twin, extent }],
    out: product.out.map((affine, axis) =>
      axis === last ? (substituteInAccess([affine], repeated, loopIndex(twin))[0] ?? affine) : affine,
    ),
    rhs: g.cast(g.map("eq", g.iota(square, 0), g.iota(square, 1)), "f32"),
    right: [loopIndex(repeated), loopIndex(twin)],
  });
}

/** All combinations of one number below each limit. */
function choices(limits: readonly number[]): readonly (readonly number[])[] {
  return limits.reduce<readonly (readonly number[])[]>(
    (all, limit) => all.flatMap((chosen) => Array.from({ length: limit }, (_, i) => [...chosen, i])),
    [[]],
  );
}

/** The parts of a product whose index at `axis` is a sum of loops, with the loop `name` (stride s) inverted. */
function turnRound(product: Product, axis: number, name: string): readonly (readonly Product[])[] {
  const index = product.out[axis] ?? { offset: 0, strides: {} };
  const size = numeric(product.shape[axis] ?? 1);
  const s = index.strides[name] ?? 1;
  const step = Math.abs(s);
  const others = loopsIn(index).filter(([other]) => other !== name);
  // Within one remainder class of every other loop the sum grows by multiples of s.
  const classes = others.map(([, stride]) => step / greatestCommonDivisor(stride, step));
  const byRemainder = new Map<number, Product[]>();
  for (const chosen of choices(classes)) {
    const base = index.offset + others.reduce((sum, [, stride], i) => sum + stride * (chosen[i] ?? 0), 0);
    const first = remainder(base, step);
    const count = Math.ceil((size - first) / step);
    let part: Product | undefined = count > 0 ? product : undefined;
    const strides: Record<string, number> = { [name]: Math.sign(s) };
    for (const [i, [other, stride]] of others.entries()) {
      const [every = 1, start = 0] = [classes[i], chosen[i]];
      const length = Math.ceil((numeric(extentOf(product, other)) - start) / every);
      if (part === undefined || length <= 0) part = undefined;
      else part = replaceLoop(part, other, { offset: start, strides: { [other]: every } }, length);
      strides[other] = (-stride * every) / s;
    }
    if (part === undefined) continue;
    // X = step · name + first, so the old loop is (X - base - the others) / s.
    const turned = replaceLoop(part, name, { offset: (first - base) / s, strides }, count);
    const out = turned.out.with(axis, { offset: first, strides: { [name]: step } });
    byRemainder.set(first, [...(byRemainder.get(first) ?? []), { ...turned, out }]);
  }
  // Parts with different remainders write different elements. Parts with the same remainder are added up.
  const rows = Math.max(0, ...[...byRemainder.values()].map((parts) => parts.length));
  return Array.from({ length: rows }, (_, row) => [...byRemainder.values()].flatMap((parts) => parts[row] ?? []));
}

const scatters = (affine: Address): boolean => loopsIn(affine).length > 1;

/** The loops that may become an index of the result, the longest first, so that the sums run over short loops. */
const candidates = (product: Product, index: Address): readonly string[] =>
  loopsIn(index)
    .map(([loop]) => loop)
    .filter((loop) => isGuarded(product, loop))
    .sort((a, b) => numeric(extentOf(product, b)) - numeric(extentOf(product, a)));

/** Inverts one loop for each scattering index of a product. Elements that no part writes come from `onto`, or are 0. */
function gatherParts(g: Builder, product: Product, onto: Value | undefined): Value {
  const nothing = (): Value => g.constant(0, tensor("f32", ...product.shape));
  const axis = product.out.findIndex(scatters);
  const index = product.out[axis];
  if (index === undefined) {
    const trimmed = trim(product);
    if (trimmed === undefined) return onto ?? nothing();
    return g.contract({ ...trimmed, ...(onto === undefined ? {} : { onto }) });
  }
  const [name] = candidates(product, index);
  if (name === undefined) throw new CompilerBug("a product with nothing to turn round");
  const chain = (parts: readonly Product[], start: Value | undefined): Value | undefined =>
    parts.reduce((under, part) => gatherParts(g, part, under), start);
  const [first = [], ...more] = turnRound(product, axis, name);
  const start = chain(first, onto) ?? nothing();
  return more.reduce((sum, parts) => g.add(sum, chain(parts, undefined) ?? nothing()), start);
}

/** The product as contracts in gather form, chained by `onto` and added up: the same value. */
export function gatherProduct(g: Builder, product: Product): Value {
  let current = product;
  for (const [name] of product.out.filter(scatters).flatMap(loopsIn))
    if (extentOf(current, name) === 1) current = replaceLoop(current, name, { offset: 0, strides: {} }, undefined);
  const used = current.out.flatMap((affine) => loopsIn(affine).map(([name]) => name));
  const repeated = used.find((name, i) => used.indexOf(name) !== i);
  const turnable = current.out.filter(scatters).every((index) => candidates(current, index).length > 0);
  return repeated === undefined && turnable ? gatherParts(g, current, undefined) : inTwoSteps(g, current, repeated);
}

/** Whether a contract is in gather form. */
export function isGather(product: Pick<Product, "loops" | "out" | "shape">): boolean {
  const used = product.out.flatMap((affine) => loopsIn(affine).map(([name]) => name));
  return (
    !product.out.some(scatters) &&
    new Set(used).size === used.length &&
    product.out.every((affine, axis) => staysInside(affine, product.shape[axis] ?? 1, product.loops))
  );
}

/** Shorter sums are not worth a scatter. */
const LEAST_TERMS = 16;
/** A scatter must save at least this factor over a gather. */
const MUCH = 1.15;

/** The work of the gather relative to the scatter: windows that reach over the edge are wasted work. */
function gatherCost({ out, shape, loops }: Product): number {
  return out.reduce((cost, affine, axis) => {
    const size = shape[axis] ?? 1;
    const inside = loopsIn(affine);
    if (inside.length < 2 || typeof size !== "number") return cost;
    const extents = inside.map(([name]) => numeric(loops.find((l) => l.name === name)?.extent ?? 1));
    const longest = Math.max(...extents);
    const [, stride] = inside[extents.indexOf(longest)] ?? ["", 1];
    return (cost * size) / (Math.abs(stride) * longest);
  }, 1);
}

/**
 * The product as it is, into a result large enough for every write, and a slice of that; undefined if it is not worth
 * it. With a table as operand it always is, because each point then makes many elements at once.
 */
function keepScatter(g: Builder, product: Product, isTable: boolean): Value | undefined {
  const { loops, out, shape } = product;
  const used = out.flatMap((affine) => loopsIn(affine).map(([name]) => name));
  if (new Set(used).size !== used.length) return undefined;
  const terms = loops
    .filter((l) => !used.includes(l.name))
    .reduce((n, { extent }) => n * (typeof extent === "number" ? extent : 1), 1);
  if (!isTable && (terms < LEAST_TERMS || gatherCost(product) < MUCH)) return undefined;
  const starts: number[] = [];
  const sizes: Size[] = [];
  const moved: Address[] = [];
  for (const [axis, affine] of out.entries()) {
    const size = shape[axis] ?? 1;
    const range = rangeOf(affine, loops);
    if (range === undefined || typeof size !== "number") {
      if (!staysInside(affine, size, loops)) return undefined;
      starts.push(0);
      sizes.push(size);
      moved.push(affine);
      continue;
    }
    const start = Math.max(0, -range.low);
    starts.push(start);
    sizes.push(Math.max(size, range.high + 1) + start);
    moved.push(shifted(affine, start));
  }
  const whole = g.contract({ ...product, shape: sizes, out: moved });
  if (sizes.every((size, axis) => size === shape[axis] || typeof size !== "number")) return whole;
  return g.slice(whole, starts, shape);
}

const gatherGraph = (graph: PrimGraph, scattering: boolean): PrimGraph =>
  rebuild(graph, (node, context) => {
    if (node.kind !== "contract" || isGather({ ...node, shape: node.type.shape })) return context.copy(node);
    const { g, value, target } = context;
    const { loops, out, left, right } = node;
    const product = { loops, out, left, right, shape: node.type.shape, lhs: value(node.lhs), rhs: value(node.rhs) };
    const isTable = [product.lhs, product.rhs].some(({ id }) => {
      const operand = target.definition(id);
      return operand.kind === "const" && typeof operand.value !== "number";
    });
    const kept = scattering && node.onto === undefined ? keepScatter(g, product, isTable) : undefined;
    if (kept !== undefined) return kept;
    const gathered = gatherProduct(g, product);
    if (node.onto === undefined) return gathered;
    const one = g.constant(1);
    const writes = gatherProduct(g, { ...product, lhs: one, left: [], rhs: one, right: [] });
    return g.select(g.map("gt", writes, 0), gathered, value(node.onto));
  });

export const gather: Pass<Module<Prim>, Module<Prim>> = {
  name: "gather",
  doc: "Turns products that scatter into products that gather: one point of the outer loops for each element.",
  run: (module) => ({
    slots: module.slots,
    programs: module.programs.map(everywhere((graph) => gatherGraph(graph, false))),
  }),
};

/** The same for targets that can add into the result: a scatter stays if its gather would cost much more. */
export const gatherOrAdd: Pass<Module<Prim>, Module<Prim>> = {
  name: "gather",
  doc: "Turns products that scatter into products that gather, unless adding them up where they fall is much less work.",
  run: (module) => ({
    slots: module.slots,
    programs: module.programs.map(everywhere((graph) => gatherGraph(graph, true))),
  }),
};

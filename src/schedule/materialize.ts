// Decides which values of a PrimGraph get a buffer; the others are computed where they are used. Views (reshape, transpose,
// broadcast, slice) and pointwise values are inlined, unless that repeats much work or has no affine address.

import { CompilerBug } from "../base/compilerBug.ts";
import { along } from "../ir/address.ts";
import { argumentsOf } from "../ir/arguments.ts";
import type { PrimGraph, PrimNode, ValueId } from "../ir/graph.ts";
import { extents } from "../ir/types.ts";
import { isConstant } from "./constants.ts";
import { isView, placeOf, schedulingOf } from "./primitives.ts";
import { type Coordinates, reshapeCoordinates } from "./reshape.ts";

export interface Uses {
  readonly node: (id: ValueId) => PrimNode;
  readonly users: (id: ValueId) => readonly PrimNode[];
}

export function usesOf(graph: PrimGraph): Uses {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const users = new Map<ValueId, PrimNode[]>();
  for (const node of graph.nodes)
    for (const arg of new Set(argumentsOf(node))) {
      const list = users.get(arg);
      if (list === undefined) users.set(arg, [node]);
      else list.push(node);
    }
  return {
    node(id) {
      const node = nodes.get(id);
      if (node === undefined) throw new CompilerBug(`no value %${id}`);
      return node;
    },
    users: (id) => users.get(id) ?? [],
  };
}

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The cost of one element of each value without its loads, if everything that is not in `stored` is inlined. */
function costsOf(graph: PrimGraph, stored: ReadonlySet<ValueId>): ReadonlyMap<ValueId, number> {
  const costs = new Map<ValueId, number>();
  for (const node of graph.nodes) {
    const { place, cost } = schedulingOf(node);
    const inlined = !stored.has(node.id) && place(node) !== "memory" && place(node) !== "nest";
    // The counters of random numbers are read once.
    const args = node.kind === "random" ? [] : argumentsOf(node);
    costs.set(node.id, inlined ? args.reduce((sum, arg) => sum + (costs.get(arg) ?? 0), cost(node)) : 0);
  }
  return costs;
}

/** The most work at an element that its readers do together, and that one does: terms that meet again are written out twice. */
const MOST_WORK = 12;

/** The ids of all values that get a buffer of their own (given ones not included). */
export function materialize(graph: PrimGraph, uses: Uses, batch: number): ReadonlySet<ValueId> {
  const stored = new Set<ValueId>();
  for (const node of graph.nodes) if (placeOf(node) === "nest") stored.add(node.id);
  const sizes = (id: ValueId): readonly number[] => extents(uses.node(id).type.shape, batch);

  // A value that a reader needs in memory: the pointwise value under its views.
  const needBuffer = (id: ValueId): void => {
    let node = uses.node(id);
    while (isView(node)) node = uses.node(node.arg);
    const place = placeOf(node);
    if (place !== "nest" && place !== "memory") stored.add(node.id);
  };
  for (const node of graph.nodes) {
    if (node.kind === "contract") {
      needBuffer(node.lhs);
      needBuffer(node.rhs);
      if (node.onto !== undefined) needBuffer(node.onto);
    } else if (node.kind === "window_reduce" || (node.kind === "window_scatter" && node.op === "max"))
      needBuffer(node.arg);
    else if (node.kind === "window_scatter") needBuffer(node.gradient);
    else if (node.kind === "scan") for (const id of [...node.over, ...node.captures]) needBuffer(id);
  }

  // Users come first, so that each value knows how many places would compute it.
  const points = [...graph.nodes].reverse().filter((node) => placeOf(node) === "point" && !isConstant(node, uses.node));
  const storeWhere = (wants: (node: PrimNode, cost: number) => boolean): void => {
    const costs = costsOf(graph, stored);
    for (const node of points) {
      const cost = costs.get(node.id) ?? 0;
      if (!stored.has(node.id) && cost > 0 && wants(node, cost)) stored.add(node.id);
    }
  };
  storeWhere(({ id }) => growsIn(id, uses, stored, sizes));
  // What has a buffer by now costs its readers nothing.
  storeWhere(({ id }, cost) => readsOf(id, uses, stored) * cost > MOST_WORK);

  for (const id of readInRows(graph, uses, batch)) if (placeOf(uses.node(id)) !== "memory") stored.add(id);
  return stored;
}

/** The arguments of reshapes without an affine form. They must be in memory, with the elements in row-major order. */
export function readInRows(graph: PrimGraph, uses: Uses, batch: number): ReadonlySet<ValueId> {
  const sizes = (id: ValueId): readonly number[] => extents(uses.node(id).type.shape, batch);
  const args = graph.nodes.flatMap((node): readonly ValueId[] => {
    if (node.kind !== "reshape" || isConstant(uses.node(node.arg), uses.node)) return [];
    const shape = sizes(node.id);
    const probe: Coordinates = shape.map((_, i) => along(`i${i}`));
    return reshapeCoordinates(probe, shape, sizes(node.arg)) === undefined ? [node.arg] : [];
  });
  return new Set(args);
}

/** The number of stored values (or results) that would compute the value; it counts to 8 at most. */
function readsOf(id: ValueId, uses: Uses, stored: ReadonlySet<ValueId>): number {
  const seen = new Set<ValueId>();
  let ends = 0;
  const visit = (at: ValueId): void => {
    const users = uses.users(at);
    if (users.length === 0) ends++;
    for (const user of users) {
      if (seen.has(user.id) || ends > 8) continue;
      seen.add(user.id);
      if (stored.has(user.id)) ends++;
      else visit(user.id);
    }
  };
  visit(id);
  return ends;
}

/** Whether a user repeats the value along a new or grown axis, so that inlining would compute it again and again. */
function growsIn(
  id: ValueId,
  uses: Uses,
  stored: ReadonlySet<ValueId>,
  sizes: (id: ValueId) => readonly number[],
): boolean {
  const own = count(sizes(id));
  // A user that several ways lead to is visited once: their number can double with each value.
  const seen = new Set<ValueId>();
  const visit = (at: ValueId): boolean =>
    uses.users(at).some((user) => {
      if (seen.has(user.id)) return false;
      seen.add(user.id);
      if (user.kind === "broadcast" && count(sizes(user.id)) > own) return true;
      return !stored.has(user.id) && visit(user.id);
    });
  return visit(id);
}

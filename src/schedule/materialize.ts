// Which values of a PrimGraph get a buffer, and which are computed where they are used. Views (reshape, transpose,
// broadcast, slice) and pointwise values are inlined unless that repeats much work or cannot be addressed.

import { CompilerBug } from "../base/compilerBug.ts";
import { along } from "../ir/address.ts";
import { argumentsOf } from "../ir/arguments.ts";
import type { PrimGraph, PrimNode, ValueId } from "../ir/graph.ts";
import type { ScalarName } from "../ir/scalar/names.ts";
import { extents } from "../ir/types.ts";
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

/** Values with a loop nest of their own: they always have a buffer, at least until fusion. */
export const isRoot = (node: PrimNode): boolean =>
  node.kind === "reduce" ||
  node.kind === "arg_reduce" ||
  node.kind === "contract" ||
  node.kind === "window_reduce" ||
  node.kind === "window_scatter" ||
  node.kind === "concat";

const isView = (node: PrimNode): boolean =>
  node.kind === "reshape" || node.kind === "transpose" || node.kind === "broadcast" || node.kind === "slice";

/** Values that lie in memory before the program starts. */
export const isGiven = (node: PrimNode): boolean =>
  node.kind === "input" || node.kind === "param" || (node.kind === "const" && typeof node.value !== "number");

const heavy: ReadonlySet<ScalarName> = new Set<ScalarName>([
  "div",
  "sqrt",
  "rsqrt",
  "exp",
  "expm1",
  "log",
  "log1p",
  "tanh",
  "sigmoid",
  "softplus",
  "erf",
  "erfinv",
  "sin",
  "cos",
  "tan",
  "atan",
  "pow",
]);
const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** What one element costs beside its loads, with everything inlined that is not in `stored`. */
function costOf(id: ValueId, uses: Uses, stored: ReadonlySet<ValueId>, memo: Map<ValueId, number>): number {
  const known = memo.get(id);
  if (known !== undefined) return known;
  const node = uses.node(id);
  let cost = 0;
  if (!stored.has(id) && !isGiven(node) && !isRoot(node)) {
    for (const arg of argumentsOf(node)) if (node.kind !== "random") cost += costOf(arg, uses, stored, memo);
    if (node.kind === "map") cost += heavy.has(node.fn) ? 8 : 1;
    else if (node.kind === "random") cost += 40;
    else if (node.kind === "pad") cost += 3;
  }
  memo.set(id, cost);
  return cost;
}

/** The ids of all values that get a buffer of their own (given ones not included). */
export function materialize(graph: PrimGraph, uses: Uses, batch: number): ReadonlySet<ValueId> {
  const stored = new Set<ValueId>();
  for (const node of graph.nodes) if (isRoot(node)) stored.add(node.id);
  const sizes = (id: ValueId): readonly number[] => extents(uses.node(id).type.shape, batch);

  // A value that a reader needs as memory: the pointwise value under its views.
  const needBuffer = (id: ValueId): void => {
    let node = uses.node(id);
    while (isView(node) && "arg" in node) node = uses.node(node.arg);
    if (!isRoot(node) && !isGiven(node)) stored.add(node.id);
  };
  for (const node of graph.nodes) {
    if (node.kind === "contract") {
      needBuffer(node.lhs);
      needBuffer(node.rhs);
      if (node.onto !== undefined) needBuffer(node.onto);
    } else if (node.kind === "window_reduce" || (node.kind === "window_scatter" && node.op === "max"))
      needBuffer(node.arg);
    else if (node.kind === "window_scatter") needBuffer(node.gradient);
  }

  // Users first, so that each value knows in how many places it would be computed.
  for (const node of [...graph.nodes].reverse()) {
    if (
      isGiven(node) ||
      isRoot(node) ||
      isView(node) ||
      stored.has(node.id) ||
      node.kind === "const" ||
      node.kind === "size"
    )
      continue;
    const cost = costOf(node.id, uses, stored, new Map());
    if (cost === 0 || isConstant(node, uses)) continue;
    if (readsOf(node.id, uses, stored) * cost > 12 || growsIn(node.id, uses, stored, sizes)) stored.add(node.id);
  }

  // Reshapes that have no affine form need the memory of what they reshape.
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of graph.nodes) {
      if (node.kind !== "reshape") continue;
      const arg = uses.node(node.arg);
      if (isGiven(arg) || stored.has(arg.id) || isConstant(arg, uses)) continue;
      const shape = sizes(node.id);
      const probe: Coordinates = shape.map((_, i) => along(`i${i}`));
      if (reshapeCoordinates(probe, shape, sizes(arg.id)) !== undefined) continue;
      stored.add(arg.id);
      changed = true;
    }
  }
  return stored;
}

/** Made of numbers and sizes alone: nothing is loaded, and it is the same everywhere. */
function isConstant(node: PrimNode, uses: Uses): boolean {
  if (node.kind === "const") return typeof node.value === "number";
  if (node.kind === "size") return true;
  if (node.kind === "map")
    return node.type.shape.length === 0 && node.args.every((arg) => isConstant(uses.node(arg), uses));
  return isView(node) && "arg" in node && isConstant(uses.node(node.arg), uses);
}

/** In how many stored values (or results) the value would be computed, at most counting to 8. */
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
  const visit = (at: ValueId): boolean =>
    uses.users(at).some((user) => {
      if (user.kind === "broadcast" && count(sizes(user.id)) > own) return true;
      return !stored.has(user.id) && visit(user.id);
    });
  return visit(id);
}

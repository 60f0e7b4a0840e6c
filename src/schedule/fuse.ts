// Greedy fusion over a list of kernels. The rules are in merge.ts. This file holds only the order in which it tries
// them, and the check that no third kernel has to run in between.

import type { Kernel } from "../ir/loops.ts";
import { partAt } from "../ir/places.ts";
import { dependences } from "./dependence.ts";
import type { DTypeOf, Formed, Forms } from "./form.ts";
import { isContract, joinPoint, joinRows } from "./merge.ts";
import { waysBetween } from "./ways.ts";

interface Group {
  readonly kernel: Formed;
  /** The groups that must run before it. */
  readonly before: Set<Group>;
  readonly after: Set<Group>;
  /** Its place among the kernels at the start. A merged group has the earlier of two. */
  readonly order: number;
  /** Groups whose kernels can never join this one's, however the rest of the program changes. */
  readonly refused: Set<Group>;
}

const groupOf = (kernel: Formed, order: number): Group => ({
  kernel,
  before: new Set(),
  after: new Set(),
  order,
  refused: new Set(),
});

function groupsOf(kernels: readonly Formed[]): readonly Group[] {
  const groups = kernels.map(groupOf);
  dependences(kernels).forEach((before, j) => {
    for (const i of before) {
      const a = groups[i];
      const b = groups[j];
      if (a === undefined || b === undefined) continue;
      a.after.add(b);
      b.before.add(a);
    }
  });
  return groups;
}

const batched = (kernel: Kernel): boolean =>
  kernel.loops[0] !== undefined && typeof kernel.loops[0].extent !== "number";

/**
 * Whether both load some of the same memory. Kernels that are only similar stay apart: one kernel would grow with the number
 * of layers, but separate ones are calls of one function.
 */
function sharesLoads(a: Formed, b: Formed): boolean {
  return a.parts.some((mine, i) => {
    const j = b.parts.findIndex(({ buffer }) => buffer === mine.buffer);
    const other = b.parts[j];
    if (other === undefined) return false;
    const shift = other.start - mine.start;
    const theirs = b.form.moving.filter(({ buffer }) => buffer === j);
    return a.form.moving.some(
      (x) => x.buffer === i && theirs.some((y) => x.low <= y.high + shift && y.low + shift <= x.high),
    );
  });
}

/** The fewest rows of a contraction that are worth a turn of their own: each turn fills tiles and packs operands. */
const LEAST_ROWS = 64;

/** The rows that a contraction computes in a turn of its `depth` outer loops. The elements along its innermost loop make a row. */
const rowsInside = ({ loops }: Kernel, depth: number): number =>
  loops.slice(depth, -1).reduce((n, { extent }) => n * (typeof extent === "number" ? extent : 1), 1);

/** `a` and then `b` as one kernel; undefined if that is wrong or not worth it. */
function join(a: Kernel, b: Kernel, related: boolean, joinContracts: boolean, dtypeOf: DTypeOf): Kernel | undefined {
  const point = joinPoint(a, b, dtypeOf);
  if (point !== undefined) return point;
  if (!related || !batched(a) || !batched(b) || isContract(b)) return undefined;
  const contract = isContract(a);
  if (contract && !joinContracts) return undefined;
  for (let depth = Math.min(a.loops.length, b.loops.length); depth > 0; depth--) {
    if (contract && rowsInside(a, depth) < LEAST_ROWS) continue;
    const rows = joinRows(a, b, depth, dtypeOf);
    if (rows !== undefined) return rows;
  }
  return undefined;
}

/** The remaining groups, and the paths between them. */
interface Plan {
  /** The groups with the same turns that read one of its buffers, or all without loops for a kernel without: in any order, and some twice. */
  alike(group: Group): readonly Iterable<Group>[];
  isLeft(group: Group): boolean;
  /** Whether a path leads from `a` to `b`. */
  leadsTo(a: Group, b: Group): boolean;
  replace(a: Group, b: Group, kernel: Formed): void;
  left(): readonly Group[];
}

/** Replaces two groups by one, with the groups before and after both. */
function rewire(a: Group, b: Group, merged: Group): void {
  for (const old of [a, b]) {
    for (const g of old.before) {
      g.after.delete(old);
      if (g === a || g === b) continue;
      g.after.add(merged);
      merged.before.add(g);
    }
    for (const g of old.after) {
      g.before.delete(old);
      if (g === a || g === b) continue;
      g.before.add(merged);
      merged.after.add(g);
    }
  }
}

/** Kernels that share one of these texts may be worth joining point by point. */
function keysOf({ form, parts }: Formed): readonly string[] {
  if (form.kernel.loops.length === 0) return [""];
  const buffers = new Set(form.moving.map(({ buffer }) => partAt(parts, buffer).buffer));
  return [...buffers].map((buffer) => `${form.turns} ${buffer}`);
}

function planOf(groups: readonly Group[]): Plan {
  const ways = waysBetween(groups.map(({ before }) => [...before].map(({ order }) => order)));
  const alive = new Set<Group>();
  const byKey = new Map<string, Set<Group>>();
  const keys = new Map<Group, readonly string[]>();
  const enter = (group: Group): void => {
    alive.add(group);
    const own = keysOf(group.kernel);
    keys.set(group, own);
    for (const key of own) {
      const same = byKey.get(key);
      if (same === undefined) byKey.set(key, new Set([group]));
      else same.add(group);
    }
  };
  for (const group of groups) enter(group);
  return {
    alike: (group) => (keys.get(group) ?? []).map((key) => byKey.get(key) ?? []),
    isLeft: (group) => alive.has(group),
    leadsTo: (a, b) => ways.leadsTo(a.order, b.order),
    left: () => [...alive],
    replace(a, b, kernel) {
      const merged = groupOf(kernel, a.order);
      rewire(a, b, merged);
      for (const old of [a, b]) {
        alive.delete(old);
        for (const key of keys.get(old) ?? []) byKey.get(key)?.delete(old);
      }
      enter(merged);
      ways.merge(a.order, b.order);
    },
  };
}

/** Whether the merged group would have to run both before and after a third group. */
function hasDetour(plan: Plan, a: Group, b: Group): boolean {
  if (!b.before.has(a)) return plan.leadsTo(a, b) || plan.leadsTo(b, a);
  for (const next of a.after) if (next !== b && plan.leadsTo(next, b)) return true;
  return false;
}

/** The groups before `b` that could become one kernel with it, the nearest first. */
function candidates(plan: Plan, b: Group, contracts: boolean): readonly Group[] {
  const isOpen = (a: Group): boolean => a.order < b.order && !b.refused.has(a);
  const found = new Set([...b.before].filter(isOpen));
  const nearest = (): readonly Group[] => [...found].sort((x, y) => y.order - x.order);
  if (contracts) return nearest().filter((a) => isContract(a.kernel.form.kernel));
  for (const groups of plan.alike(b))
    for (const a of groups) {
      if (!isOpen(a) || found.has(a) || b.before.has(a) || plan.leadsTo(a, b) || plan.leadsTo(b, a)) continue;
      if (a.kernel.form.kernel.loops.length === 0 || sharesLoads(a.kernel, b.kernel)) found.add(a);
      else b.refused.add(a);
    }
  return nearest();
}

export interface FuseOptions {
  /** A kernel that reads a large contraction's result sample by sample joins its loop: pooling after a convolution. */
  readonly joinContracts: boolean;
}

/** The same program in fewer kernels, in an order that respects their reads and writes. */
export function fuse(kernels: readonly Formed[], forms: Forms, { joinContracts }: FuseOptions): readonly Formed[] {
  const plan = planOf(groupsOf(kernels));
  joinGroups(plan, forms, false);
  if (joinContracts) {
    for (const { refused } of plan.left()) refused.clear();
    joinGroups(plan, forms, true);
  }
  return inOrder(plan.left());
}

/**
 * Joins groups until no two can. Contractions join what reads their results when all else is joined: what follows a convolution
 * point by point is then part of that.
 */
function joinGroups(plan: Plan, forms: Forms, contracts: boolean): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const b of plan.left().toSorted((x, y) => x.order - y.order)) {
      if (!plan.isLeft(b)) continue;
      for (const a of candidates(plan, b, contracts)) {
        if (a.before.has(b) || hasDetour(plan, a, b)) continue;
        const related = b.before.has(a);
        const kernel = forms.join(a.kernel, b.kernel, `fuse ${related} ${contracts}`, (first, second, dtypeOf) =>
          join(first, second, related, contracts, dtypeOf),
        );
        if (kernel === undefined) {
          b.refused.add(a);
          continue;
        }
        plan.replace(a, b, kernel);
        changed = true;
        break;
      }
    }
  }
}

function inOrder(groups: readonly Group[]): readonly Formed[] {
  const done = new Set<Group>();
  const result: Formed[] = [];
  const visit = (group: Group): void => {
    if (done.has(group)) return;
    done.add(group);
    for (const before of [...group.before].sort((a, b) => a.order - b.order)) visit(before);
    result.push(group.kernel);
  };
  for (const group of [...groups].sort((a, b) => a.order - b.order)) visit(group);
  return result;
}

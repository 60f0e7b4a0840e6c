// Greedy fusion over a list of kernels. The rules are in merge.ts; here stands only the order in which they are tried
// and the check that no third kernel has to run in between.

import { range } from "../ir/address.ts";
import { loadsOf } from "../ir/expression.ts";
import type { Kernel } from "../ir/loops.ts";
import { type Access, dependences, extentsOf, overlap } from "./dependence.ts";
import { isContract, joinPoint, joinRows } from "./merge.ts";

interface Group {
  kernel: Kernel;
  /** Groups that must run before. */
  before: Set<Group>;
  after: Set<Group>;
  order: number;
  /** What it loads turn by turn, by buffer. */
  loads: ReadonlyMap<string, readonly Access[]>;
}

/** A load that is the same at each turn, as that of a seed, saves nothing by being shared. */
function loadedBy(kernel: Kernel): ReadonlyMap<string, readonly Access[]> {
  const loads = new Map<string, Access[]>();
  for (const stage of kernel.stages) {
    const extents = extentsOf(kernel, stage);
    for (const { buffer, address } of loadsOf(stage)) {
      const [low, high] = range(address, extents);
      if (low === high) continue;
      const known = loads.get(buffer);
      if (known === undefined) loads.set(buffer, [{ buffer, low, high }]);
      else if (!known.some((other) => other.low === low && other.high === high)) known.push({ buffer, low, high });
    }
  }
  return loads;
}

function groupsOf(kernels: readonly Kernel[]): Group[] {
  const groups: Group[] = kernels.map((kernel, order) => ({
    kernel,
    before: new Set(),
    after: new Set(),
    order,
    loads: loadedBy(kernel),
  }));
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

/** Whether a way from `a` to `b` leads over a third group. Looks from both ends in turn, so that a short side ends it. */
function hasDetour(a: Group, b: Group): boolean {
  const forward = { seen: new Set<Group>(), stack: [...a.after].filter((g) => g !== b) };
  const backward = { seen: new Set<Group>(), stack: [...b.before].filter((g) => g !== a) };
  for (;;) {
    const down = forward.stack.pop();
    if (down === undefined) return false;
    if (down === b) return true;
    if (!forward.seen.has(down)) {
      forward.seen.add(down);
      forward.stack.push(...down.after);
    }
    const up = backward.stack.pop();
    if (up === undefined) return false;
    if (up === a) return true;
    if (!backward.seen.has(up)) {
      backward.seen.add(up);
      backward.stack.push(...up.before);
    }
  }
}

const batched = (kernel: Kernel): boolean =>
  kernel.loops[0] !== undefined && typeof kernel.loops[0].extent !== "number";

/**
 * Whether both load some of the same memory. Kernels that only look alike stay apart: as one kernel they would grow with the
 * number of layers, apart they are calls of one function.
 */
function sharesLoads(a: Group, b: Group): boolean {
  for (const [buffer, mine] of a.loads) {
    const others = b.loads.get(buffer);
    if (others !== undefined && mine.some((one) => others.some((other) => overlap(one, other)))) return true;
  }
  return false;
}

/** Whether the two could be one kernel at all: cheap, and false for almost all pairs. */
const mayJoin = (a: Group, b: Group, related: boolean): boolean =>
  related || (a.kernel.loops.length === b.kernel.loops.length && (a.kernel.loops.length === 0 || sharesLoads(a, b)));

/** A sample of a contraction is worth a turn of its own from this many rows on: its operands are packed for each. */
const LEAST_ROWS = 64;

/** What a contraction computes for a sample: elements along its innermost loop make a row. */
const rowsOf = ({ loops }: Kernel): number =>
  loops.slice(1, -1).reduce((n, { extent }) => n * (typeof extent === "number" ? extent : 1), 1);

/** `a` before `b`, as one kernel; undefined where that is not right or not worth it. */
function join(a: Kernel, b: Kernel, related: boolean, joinContracts: boolean): Kernel | undefined {
  const point = joinPoint(a, b);
  if (point !== undefined) return point;
  if (!related || !batched(a) || !batched(b) || isContract(b)) return undefined;
  if (isContract(a) && !(joinContracts && rowsOf(a) >= LEAST_ROWS)) return undefined;
  for (let depth = Math.min(a.loops.length, b.loops.length); depth > 0; depth--) {
    const rows = joinRows(a, b, depth);
    if (rows !== undefined) return rows;
  }
  return undefined;
}

function replace(groups: Group[], a: Group, b: Group, kernel: Kernel): Group {
  const merged: Group = {
    kernel,
    before: new Set(),
    after: new Set(),
    order: a.order,
    loads: loadedBy(kernel),
  };
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
  const at = groups.indexOf(a);
  groups.splice(at, 1, merged);
  groups.splice(groups.indexOf(b), 1);
  return merged;
}

/**
 * The same program in fewer kernels, in an order that respects what each reads and writes. With `joinContracts`, what reads
 * the result of a large contraction sample by sample runs in its loop: pooling after a convolution.
 */
export function fuse(kernels: readonly Kernel[], joinContracts = false): readonly Kernel[] {
  const groups = groupsOf(kernels);
  for (let changed = true; changed; ) {
    changed = false;
    for (const b of [...groups]) {
      if (!groups.includes(b)) continue;
      const near = groups.filter((g) => g !== b && g.order < b.order).reverse();
      for (const a of near) {
        const related = b.before.has(a);
        if (a.before.has(b) || !mayJoin(a, b, related)) continue;
        const kernel = join(a.kernel, b.kernel, related, joinContracts);
        if (kernel === undefined) continue;
        if (hasDetour(a, b) || (!related && hasDetour(b, a))) continue;
        replace(groups, a, b, kernel);
        changed = true;
        break;
      }
    }
  }
  return inOrder(groups);
}

function inOrder(groups: readonly Group[]): readonly Kernel[] {
  const done = new Set<Group>();
  const result: Kernel[] = [];
  const visit = (group: Group): void => {
    if (done.has(group)) return;
    done.add(group);
    for (const before of [...group.before].sort((a, b) => a.order - b.order)) visit(before);
    result.push(group.kernel);
  };
  for (const group of [...groups].sort((a, b) => a.order - b.order)) visit(group);
  return result;
}

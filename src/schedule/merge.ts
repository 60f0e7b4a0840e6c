// Merges two kernels into one if that is correct. `joinPoint` puts a pointwise kernel into the loop that makes its input:
// bias and activation end a convolution's loop. `joinRows` runs two kernels over the same outer loops, one after the
// other: softmax and its loss, sample by sample. Both return undefined if the result would differ.

import { largest, range, sameAddress, sameExtent, stageExtents } from "../ir/address.ts";
import { loadsOf, localsOf, mapExpressions, renameLocals, renameStageLoops, writesOf } from "../ir/expression.ts";
import type { Address, Extent, Kernel, Loop, Stage, Store } from "../ir/loops.ts";
import { storesOf } from "./accesses.ts";
import type { DTypeOf } from "./form.ts";
import { asStored, storedLocal } from "./rounding.ts";

export const isContract = (kernel: Kernel): boolean =>
  kernel.stages.some(
    (s) =>
      s.kind === "reduce" &&
      s.op === "sum" &&
      s.term.kind === "apply" &&
      s.term.fn === "mul" &&
      s.term.args.every((a) => a.kind === "load") &&
      s.over.length > 0 &&
      sharedOperands(s),
  );

// A sum of squares reads one operand twice; a contract has loops that only one operand knows.
function sharedOperands(stage: Extract<Stage, { kind: "reduce" }>): boolean {
  if (stage.term.kind !== "apply") return false;
  const [a, b] = stage.term.args;
  return a?.kind === "load" && b?.kind === "load" && a.buffer !== b.buffer;
}

const names = (a: readonly Loop[], b: readonly Loop[]): ReadonlyMap<string, string> =>
  new Map(b.map((loop, i) => [loop.name, a[i]?.name ?? loop.name]));

/** The stages with new names for locals whose names are taken. Later stages may use the locals of earlier ones. */
function freshLocals(stages: readonly Stage[], taken: ReadonlySet<string>): readonly Stage[] {
  const renames = new Map<string, string>();
  const used = new Set([...taken, ...stages.flatMap(localsOf)]);
  for (const name of new Set(stages.flatMap(localsOf))) {
    if (!taken.has(name)) continue;
    let fresh = name;
    for (let i = 1; used.has(fresh); i++) fresh = `${name}${i}`;
    used.add(fresh);
    renames.set(name, fresh);
  }
  return renames.size === 0 ? stages : stages.map((stage) => renameLocals(stage, renames));
}

const localsIn = (kernel: Kernel): ReadonlySet<string> => new Set(kernel.stages.flatMap(localsOf));

/** Binds the value of each wanted store to a local, rounded as in memory, so that other stages can use it. */
function bindStores(
  stage: Extract<Stage, { kind: "each" | "reduce" }>,
  wanted: ReadonlySet<Store>,
  taken: ReadonlySet<string>,
  dtypeOf: DTypeOf,
): { readonly stage: typeof stage; readonly local: ReadonlyMap<Store, string> } {
  const local = new Map<Store, string>();
  const lets = [...stage.lets];
  const used = new Set(taken);
  const stores = stage.stores.map((store) => {
    if (!wanted.has(store)) return store;
    const dtype = dtypeOf(store.buffer);
    const known = storedLocal(stage, store, dtype);
    if (known !== undefined) {
      local.set(store, known);
      return store;
    }
    let name = "v";
    for (let i = 1; used.has(name); i++) name = `v${i}`;
    used.add(name);
    lets.push({ name, dtype, value: asStored(store.value, dtype) });
    local.set(store, name);
    return { ...store, value: { kind: "local" as const, name } };
  });
  return { stage: { ...stage, lets, stores }, local };
}

const isCopyOf = (copy: Extract<Stage, { kind: "each" }>, made: Extract<Stage, { kind: "reduce" }>): boolean =>
  copy.lets.length === 0 &&
  copy.stores.every(({ value }) => value.kind === "load" && made.stores.some((s) => s.buffer === value.buffer));

/** Whether a store of `b`, which joins the last stage of `a`, meets another store or a load of `a`, other than at the same point. */
function clashes(a: Kernel, last: Stage, b: Stage, { buffer, address }: ReturnType<typeof storesOf>[number]): boolean {
  return a.stages.some((stage) => {
    const isApart = (other: Address): boolean => disjoint(a, stage, other, b, address);
    const storesThere = storesOf(stage).some((other) => other.buffer === buffer && !isApart(other.address));
    // If b overwrites an element, a may have read it only at the same point.
    const isSame = (other: Address): boolean => stage === last && sameAddress(other, address);
    return (
      storesThere ||
      loadsOf(stage).some((load) => load.buffer === buffer && !isSame(load.address) && !isApart(load.address))
    );
  });
}

/** `b`, one pointwise stage over the same loops, joins the last stage of `a`, point by point. */
export function joinPoint(a: Kernel, b: Kernel, dtypeOf: DTypeOf): Kernel | undefined {
  const last = a.stages[a.stages.length - 1];
  const only = b.stages[0];
  if (b.stages.length !== 1 || only?.kind !== "each" || only.loops.length > 0) return undefined;
  if (last === undefined || (last.kind !== "each" && last.kind !== "reduce") || last.loops.length > 0) return undefined;
  // A sum over several points is whole only after the last of them.
  if (last.stores.some((s) => s.adds === true)) return undefined;
  // A sum in memory between chunks may move elsewhere, but no stage can use it before it is whole.
  if (last.kind === "reduce" && last.chunk > 0 && !isCopyOf(only, last)) return undefined;
  if (a.loops.length !== b.loops.length || !a.loops.every((l, i) => sameExtent(l.extent, b.loops[i]?.extent ?? 0)))
    return undefined;
  const renamed = renameStageLoops(only, names(a.loops, b.loops));
  const earlier = a.stages.slice(0, -1);
  const early = new Set(earlier.flatMap(writesOf));
  const wanted = new Set<Store>();
  for (const load of loadsOf(renamed)) {
    if (early.has(load.buffer)) return undefined;
    const stores = last.stores.filter(
      (s) => s.buffer === load.buffer && !disjoint(a, last, s.address, renamed, load.address),
    );
    if (stores.length === 0) continue;
    const same = stores.find((s) => sameAddress(s.address, load.address));
    if (same === undefined || load.guards.length > 0 || stores.length > 1) return undefined;
    wanted.add(same);
  }
  if (storesOf(renamed).some((store) => clashes(a, last, renamed, store))) return undefined;
  for (const store of last.stores)
    for (const load of loadsOf(renamed)) {
      const apart = load.buffer !== store.buffer || disjoint(a, last, store.address, renamed, load.address);
      if (!apart && !wanted.has(store)) return undefined;
    }
  const bound = bindStores(last, wanted, localsIn(a), dtypeOf);
  const taken = new Set([...localsIn(a), ...localsOf(bound.stage)]);
  const [fresh] = freshLocals([renamed], taken);
  const forwarded = mapExpressions(fresh ?? renamed, (e) => {
    if (e.kind !== "load") return e;
    const isItsStore = (s: Store): boolean => s.buffer === e.buffer && sameAddress(s.address, e.address);
    const store = last.stores.find((s) => wanted.has(s) && isItsStore(s));
    const name = store === undefined ? undefined : bound.local.get(store);
    return name === undefined ? e : { kind: "local", name };
  });
  if (forwarded.kind !== "each") return undefined;
  const stage: Stage = {
    ...bound.stage,
    lets: [...bound.stage.lets, ...forwarded.lets],
    stores: [...bound.stage.stores, ...forwarded.stores],
  };
  return { ...a, stages: [...earlier, stage] };
}

function disjoint(kernel: Kernel, stage: Stage, a: Address, other: Stage, b: Address): boolean {
  const extents = new Map([...stageExtents(kernel, stage), ...stageExtents(kernel, other)]);
  const [lowA, highA] = range(a, extents);
  const [lowB, highB] = range(b, extents);
  return highA < lowB || highB < lowA || !meet(a, b, extents);
}

/** The most multiples of a stride that are tried for a place where two addresses meet. */
const MOST_TRIED = 4;

/** Whether two addresses may be equal at two points of their loops: columns of one table that lie apart never are. */
function meet(a: Address, b: Address, extents: ReadonlyMap<string, Extent>): boolean {
  const loops = Object.entries(a.strides).sort(([, x], [, y]) => Math.abs(x) - Math.abs(y));
  if (Object.keys(b.strides).length !== loops.length) return true;
  if (loops.some(([loop, stride]) => b.strides[loop] !== stride)) return true;
  /** Whether steps along the first `count` loops can make up the distance. */
  const reaches = (distance: number, count: number): boolean => {
    const [loop, stride] = loops[count - 1] ?? [];
    if (loop === undefined || stride === undefined) return distance === 0;
    const size = Math.abs(stride);
    const steps = largest(extents.get(loop) ?? 1) - 1;
    const inner = loops
      .slice(0, count - 1)
      .reduce((sum, [name, step]) => sum + Math.abs(step) * (largest(extents.get(name) ?? 1) - 1), 0);
    const first = Math.max(-steps, Math.ceil((distance - inner) / size));
    const last = Math.min(steps, Math.floor((distance + inner) / size));
    if (last - first >= MOST_TRIED) return true;
    for (let turns = first; turns <= last; turns++) if (reaches(distance - turns * size, count - 1)) return true;
    return false;
  };
  return reaches(b.offset - a.offset, loops.length);
}

/** The part of an address that does not depend on the shared loops, as its range; undefined if strides disagree. */
function rest(
  address: Address,
  count: number,
  shared: ReadonlyMap<string, number>,
  kernel: Kernel,
  stage: Stage,
): readonly [number, number] | undefined {
  const strides: Record<string, number> = { ...address.strides };
  for (const [loop, stride] of shared) {
    if ((strides[loop] ?? 0) !== stride) return undefined;
    delete strides[loop];
  }
  const [low, high] = range({ offset: address.offset, strides }, stageExtents(kernel, stage));
  return [low, high + count - 1];
}

/** Whether the stages of `whole` after those of `base` read only elements of these that the same turn wrote. */
function staysInTurn(base: Kernel, whole: Kernel): boolean {
  const shared = base.loops;
  const stagesA = base.stages;
  const stagesB = whole.stages.slice(stagesA.length);
  const written = stagesA.flatMap((stage) => storesOf(stage).map((store) => ({ stage, store })));
  for (const stage of stagesB) {
    for (const load of loadsOf(stage)) {
      const mine = written.filter((w) => w.store.buffer === load.buffer);
      for (const { stage: writer, store } of mine) {
        const strides = new Map<string, number>();
        for (const loop of shared) strides.set(loop.name, store.address.strides[loop.name] ?? 0);
        const turn = Math.min(...strides.values());
        if (turn <= 0) return false;
        const from = rest(store.address, store.count, strides, base, writer);
        const to = rest(load.address, 1, strides, whole, stage);
        if (from === undefined || to === undefined) return false;
        const block = Math.floor(from[0] / turn);
        if ([from[1], to[0], to[1]].some((x) => Math.floor(x / turn) !== block)) return false;
      }
    }
    for (const store of storesOf(stage))
      for (const other of stagesA)
        if (
          loadsOf(other).some((l) => l.buffer === store.buffer) ||
          storesOf(other).some((x) => x.buffer === store.buffer)
        )
          return false;
  }
  return true;
}

/** `late` after `early`, with the scalars of a turn in locals instead of memory. */
function withScalarsInLocals(early: readonly Stage[], late: readonly Stage[], dtypeOf: DTypeOf): readonly Stage[] {
  const known = new Set(early.flatMap(localsOf));
  const fresh = freshLocals(late, known);
  const taken = new Set([...known, ...fresh.flatMap(localsOf)]);
  let first = [...early];
  const then = fresh.map((stage) =>
    mapExpressions(stage, (e) => {
      if (e.kind !== "load" || e.guards.length > 0) return e;
      for (const [i, writer] of first.entries()) {
        if ((writer.kind !== "each" && writer.kind !== "reduce") || writer.loops.length > 0) continue;
        const store = writer.stores.find((s) => s.buffer === e.buffer && sameAddress(s.address, e.address));
        if (store === undefined || store.adds === true) continue;
        const bound = bindStores(writer, new Set([store]), taken, dtypeOf);
        const name = bound.local.get(store);
        if (name === undefined) continue;
        taken.add(name);
        first = first.map((s, k) => (k === i ? bound.stage : s));
        return { kind: "local", name };
      }
      return e;
    }),
  );
  return [...first, ...then];
}

/** Runs `b` after `a` inside `depth` shared outer loops. */
export function joinRows(a: Kernel, b: Kernel, depth: number, dtypeOf: DTypeOf): Kernel | undefined {
  if (depth === 0 || a.loops.length < depth || b.loops.length < depth) return undefined;
  const shared = a.loops.slice(0, depth);
  if (!shared.every((l, i) => sameExtent(l.extent, b.loops[i]?.extent ?? 0))) return undefined;
  const deepA = a.loops.slice(depth);
  const deepB = b.loops.slice(depth);
  // Stages that share locals or fill the row of a turn cannot each get loops of their own.
  if ((deepA.length > 0 && a.stages.length > 1) || (deepB.length > 0 && b.stages.length > 1)) return undefined;
  if ([...(deepA.length > 0 ? a.stages : []), ...(deepB.length > 0 ? b.stages : [])].some((s) => s.kind === "fill"))
    return undefined;
  const rename = new Map(names(shared, b.loops.slice(0, depth)));
  const sharedNames = new Set(shared.map((l) => l.name));
  for (const stage of b.stages) {
    const own = stage.kind === "fill" ? [] : [...stage.loops, ...(stage.kind === "each" ? [] : stage.over)];
    for (const loop of [...deepB, ...own])
      if (sharedNames.has(loop.name) && !rename.has(loop.name)) rename.set(loop.name, `${loop.name}_`);
  }
  const deepen = (stages: readonly Stage[], loops: readonly Loop[]): readonly Stage[] =>
    stages.map((s) => (s.kind === "fill" ? s : { ...s, loops: [...loops, ...s.loops] }));
  const stagesA = deepen(a.stages, deepA);
  const loopsB = deepB.map((l) => ({ ...l, name: rename.get(l.name) ?? l.name }));
  const stagesB = deepen(
    b.stages.map((s) => renameStageLoops(s, rename)),
    loopsB,
  );
  const base: Kernel = { ...a, loops: shared, stages: stagesA };
  const whole: Kernel = { ...a, loops: shared, stages: [...stagesA, ...stagesB] };

  if (!staysInTurn(base, whole)) return undefined;
  const stages = withScalarsInLocals(stagesA, stagesB, dtypeOf);
  return { ...a, loops: shared, stages };
}

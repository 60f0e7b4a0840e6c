// After fusion: stores nobody reads go, what is computed twice at a point is bound once, and loops over contiguous
// memory become one.

import { expressionsOf, loadsOf, mapChildren, renameLocals, walk } from "../ir/expression.ts";
import type { Address, Expr, Kernel, Let, Loop, Stage } from "../ir/loops.ts";
import { storesOf } from "./dependence.ts";
import { withoutRounding } from "./rounding.ts";

/** Removes stores to temporaries that no kernel loads, then kernels and lets without use. `keeps` names what stays. */
export function dropDeadStores(kernels: readonly Kernel[], keeps: (buffer: string) => boolean): readonly Kernel[] {
  let current = kernels;
  for (;;) {
    const loaded = new Set(current.flatMap((k) => k.stages.flatMap((s) => loadsOf(s).map((l) => l.buffer))));
    const live = (buffer: string): boolean => keeps(buffer) || loaded.has(buffer);
    const next = current
      .map((kernel) => ({
        ...kernel,
        stages: dropUnusedLocals(withoutAliases(kernel.stages.map((s) => dropStores(s, live))), live),
      }))
      .filter((kernel) => kernel.stages.length > 0);
    const size = (list: readonly Kernel[]): number =>
      list.reduce(
        (n, k) =>
          n +
          k.stages.reduce(
            (m, s) => m + 1 + storesOf(s).length + (s.kind === "each" || s.kind === "reduce" ? s.lets.length : 0),
            0,
          ),
        0,
      );
    if (size(next) === size(current)) return next;
    current = next;
  }
}

function dropStores(stage: Stage, live: (buffer: string) => boolean): Stage {
  if (stage.kind !== "each" && stage.kind !== "reduce") return stage;
  const dropped = stage.stores.filter((s) => !live(s.buffer));
  if (dropped.length === 0) return stage;
  return withoutRounding({ ...stage, stores: stage.stores.filter((s) => live(s.buffer)) }, dropped);
}

/** Locals that are other locals go by their names. */
function withoutAliases(stages: readonly Stage[]): readonly Stage[] {
  const names = new Map<string, string>();
  return stages.map((stage) => {
    const own = stage.kind === "each" || stage.kind === "reduce" ? stage.lets : [];
    for (const { name, value } of own) if (value.kind === "local") names.set(name, names.get(value.name) ?? value.name);
    if (names.size === 0) return stage;
    const rest = stage.kind === "each" || stage.kind === "reduce" ? own.filter(({ name }) => !names.has(name)) : [];
    const kept = stage.kind === "each" || stage.kind === "reduce" ? { ...stage, lets: rest } : stage;
    return renameLocals(kept, names);
  });
}

function dropUnusedLocals(stages: readonly Stage[], live: (buffer: string) => boolean): readonly Stage[] {
  const used = new Set<string>();
  const note = (expr: Expr): void => walk(expr, (e) => void (e.kind === "local" && used.add(e.name)));
  // Backwards: a let is needed where something behind it uses it.
  const kept: Stage[] = [];
  for (const stage of [...stages].reverse()) {
    if (stage.kind === "scatter" || stage.kind === "fill") {
      if (!live(stage.buffer)) continue;
      expressionsOf(stage).forEach(note);
      kept.push(stage);
      continue;
    }
    for (const store of stage.stores) note(store.value);
    const lets: Let[] = [];
    for (const one of [...stage.lets].reverse()) {
      if (!used.has(one.name)) continue;
      note(one.value);
      lets.unshift(one);
    }
    const needed = stage.stores.length > 0 || lets.length > 0 || (stage.kind === "reduce" && used.has(stage.result));
    if (!needed) continue;
    if (stage.kind === "reduce") note(stage.term);
    kept.push({ ...stage, lets });
  }
  return kept.reverse();
}

interface Interner {
  intern(expr: Expr): Expr;
}

function interner(): Interner {
  const byKey = new Map<string, Expr>();
  const ids = new Map<Expr, number>();
  const intern = (expr: Expr): Expr => {
    if (ids.has(expr)) return expr;
    const canonical = mapChildren(expr, intern);
    const key = JSON.stringify(canonical, (_, value) => {
      const id = typeof value === "object" && value !== null ? ids.get(value as Expr) : undefined;
      return id === undefined ? value : `#${id}`;
    });
    const known = byKey.get(key);
    if (known !== undefined) return known;
    ids.set(canonical, ids.size);
    byKey.set(key, canonical);
    return canonical;
  };
  return { intern };
}

/** Binds what a stage computes or loads more than once at a point to a let. */
export function shareWork(stage: Stage, taken: ReadonlySet<string>): Stage {
  if (stage.kind !== "each" && stage.kind !== "reduce") return stage;
  const { intern } = interner();
  const lets = stage.lets.map((l) => ({ ...l, value: intern(l.value) }));
  const stores = stage.stores.map((s) => ({ ...s, value: intern(s.value) }));
  const counts = new Map<Expr, number>();
  const count = (expr: Expr): void => {
    const before = counts.get(expr) ?? 0;
    counts.set(expr, before + 1);
    if (before === 0 && expr.kind !== "guarded")
      mapChildren(expr, (child) => {
        count(child);
        return child;
      });
  };
  for (const l of lets) count(l.value);
  for (const s of stores) count(s.value);
  const worth = (expr: Expr): boolean =>
    (counts.get(expr) ?? 0) > 1 &&
    (expr.kind === "apply" || expr.kind === "load" || expr.kind === "random" || expr.kind === "guarded");
  const bound = new Map<Expr, string>();
  const result: Let[] = [];
  const used = new Set(taken);
  const nameFor = (): string => {
    for (let i = 0; ; i++) {
      const name = `t${i}`;
      if (used.has(name)) continue;
      used.add(name);
      return name;
    }
  };
  const place = (expr: Expr, top: boolean): Expr => {
    const known = bound.get(expr);
    if (known !== undefined) return { kind: "local", name: known };
    const inner = expr.kind === "guarded" ? expr : mapChildren(expr, (child) => place(child, false));
    if (top || !worth(expr)) return inner;
    const name = nameFor();
    bound.set(expr, name);
    result.push({ name, dtype: "f32", value: inner });
    return { kind: "local", name };
  };
  for (const l of lets) {
    const value = place(l.value, true);
    if (value.kind !== "local") bound.set(l.value, l.name);
    result.push({ ...l, value });
  }
  const placed = stores.map((s) => ({ ...s, value: place(s.value, false) }));
  return { ...stage, lets: result, stores: placed };
}

function addressesOf(stage: Stage): { readonly linear: readonly Address[]; readonly exact: readonly Address[] } {
  const linear: Address[] = [];
  const exact: Address[] = [];
  for (const expr of expressionsOf(stage))
    walk(expr, (e) => {
      if (e.kind === "load") {
        linear.push(e.address);
        exact.push(...e.guards.map((g) => g.index));
      } else if (e.kind === "index") linear.push(e.address);
      else if (e.kind === "random") linear.push(e.element);
      else if (e.kind === "guarded") exact.push(...e.guards.map((g) => g.index));
    });
  if (stage.kind === "scatter") exact.push(...stage.guards.map((g) => g.index));
  for (const store of storesOf(stage)) linear.push(store.address);
  return { linear, exact };
}

/** Merges neighbouring loops that step through memory as one; the batch's loop stays. */
function collapse(
  loops: readonly Loop[],
  stages: readonly Stage[],
): { readonly loops: readonly Loop[]; readonly stages: readonly Stage[] } {
  for (let i = 0; i + 1 < loops.length; i++) {
    const outer = loops[i];
    const inner = loops[i + 1];
    if (
      outer === undefined ||
      inner === undefined ||
      typeof outer.extent !== "number" ||
      typeof inner.extent !== "number"
    )
      continue;
    const width = inner.extent;
    const fits = stages.every((stage) => {
      const { linear, exact } = addressesOf(stage);
      return (
        linear.every((a) => (a.strides[outer.name] ?? 0) === (a.strides[inner.name] ?? 0) * width) &&
        exact.every((a) => a.strides[outer.name] === undefined && a.strides[inner.name] === undefined)
      );
    });
    if (!fits) continue;
    const merged: Loop = { name: inner.name, extent: outer.extent * width };
    const without = (a: Address): Address => {
      const { [outer.name]: _, ...strides } = a.strides;
      return { offset: a.offset, strides };
    };
    return collapse(
      [...loops.slice(0, i), merged, ...loops.slice(i + 2)],
      stages.map((s) => mapAddresses(s, without)),
    );
  }
  return { loops, stages };
}

function mapAddresses(stage: Stage, change: (a: Address) => Address): Stage {
  const expr = (e: Expr): Expr => {
    const inner = mapChildren(e, expr);
    if (inner.kind === "load" || inner.kind === "index") return { ...inner, address: change(inner.address) };
    return inner.kind === "random" ? { ...inner, element: change(inner.element) } : inner;
  };
  switch (stage.kind) {
    case "each":
    case "reduce": {
      const lets = stage.lets.map((l) => ({ ...l, value: expr(l.value) }));
      const stores = stage.stores.map((s) => ({ ...s, address: change(s.address), value: expr(s.value) }));
      return stage.kind === "each" ? { ...stage, lets, stores } : { ...stage, lets, stores, term: expr(stage.term) };
    }
    case "scatter":
      return {
        ...stage,
        term: expr(stage.term),
        value: expr(stage.value),
        address: change(stage.address),
        clear: { ...stage.clear, address: change(stage.clear.address) },
      };
    case "fill":
      return { ...stage, range: { ...stage.range, address: change(stage.range.address) } };
  }
}

/** Collapses the shared loops of a kernel, and those of each stage. */
export function collapseLoops(kernel: Kernel): Kernel {
  const shared = collapse(kernel.loops, kernel.stages);
  const stages = shared.stages.map((stage) => {
    if (stage.kind === "fill") return stage;
    const own = collapse(stage.loops, [stage]);
    const only = own.stages[0] ?? stage;
    return only.kind === "fill" ? only : { ...only, loops: own.loops };
  });
  return { ...kernel, loops: shared.loops, stages };
}

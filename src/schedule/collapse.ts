// Merges neighbouring loops that step through memory like one loop.

import { expressionsOf, mapChildren, mapTurns, walk } from "../ir/expression.ts";
import type { Address, Expr, Kernel, Loop, Stage } from "../ir/loops.ts";
import { storesOf } from "./accesses.ts";

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

/** Merges neighbouring loops that step through memory like one loop. The batch's loop stays. */
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
      typeof inner.extent !== "number" ||
      outer.at !== undefined ||
      inner.at !== undefined
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
      mapTurns([...loops.slice(0, i), merged, ...loops.slice(i + 2)], (at) => mapExpression(at, without)),
      stages.map((s) => mapAddresses(s, without)),
    );
  }
  return { loops, stages };
}

function mapExpression(expr: Expr, change: (a: Address) => Address): Expr {
  const inner = mapChildren(expr, (child) => mapExpression(child, change));
  if (inner.kind === "load" || inner.kind === "index") return { ...inner, address: change(inner.address) };
  return inner.kind === "random" ? { ...inner, element: change(inner.element) } : inner;
}

function mapAddresses(stage: Stage, change: (a: Address) => Address): Stage {
  const expr = (e: Expr): Expr => mapExpression(e, change);
  switch (stage.kind) {
    case "each":
    case "reduce": {
      const lets = stage.lets.map((l) => ({ ...l, value: expr(l.value) }));
      const stores = stage.stores.map((s) => ({ ...s, address: change(s.address), value: expr(s.value) }));
      return stage.kind === "each"
        ? { ...stage, loops: mapTurns(stage.loops, expr), lets, stores }
        : { ...stage, lets, stores, term: expr(stage.term) };
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
  let changed = shared.loops !== kernel.loops;
  const stages = shared.stages.map((stage) => {
    if (stage.kind === "fill") return stage;
    const own = collapse(stage.loops, [stage]);
    const only = own.stages[0] ?? stage;
    if (own.loops === stage.loops) return stage;
    changed = true;
    return only.kind === "fill" ? only : { ...only, loops: own.loops };
  });
  return changed ? { ...kernel, loops: shared.loops, stages } : kernel;
}

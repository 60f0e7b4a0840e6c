// Visits and rewrites the expressions and stages of a LoopProgram.

import { renameLoops } from "./address.ts";
import type { Address, Expr, Guard, Let, Loop, Stage, Store } from "./loops.ts";

/** The same expression over other children. It is the same object if no child changes, since most walks change little. */
export function mapChildren(expr: Expr, visit: (child: Expr) => Expr): Expr {
  switch (expr.kind) {
    case "apply": {
      let changed = false;
      const args: Expr[] = [];
      for (const arg of expr.args) {
        const next = visit(arg);
        changed ||= next !== arg;
        args.push(next);
      }
      return changed ? { ...expr, args } : expr;
    }
    case "guarded": {
      const value = visit(expr.value);
      return value === expr.value ? expr : { ...expr, value };
    }
    case "random": {
      const [seed, step] = [visit(expr.seed), visit(expr.step)];
      return seed === expr.seed && step === expr.step ? expr : { ...expr, seed, step };
    }
    case "number":
    case "load":
    case "index":
    case "batch":
    case "local":
      return expr;
  }
}

/** Visits an expression and everything below it. It allocates nothing, since the scheduler calls it most. */
export function walk(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  if (expr.kind === "apply") for (const arg of expr.args) walk(arg, visit);
  else if (expr.kind === "guarded") walk(expr.value, visit);
  else if (expr.kind === "random") {
    walk(expr.seed, visit);
    walk(expr.step, visit);
  }
}

/** Rewrites from the leaves up. */
export function rewrite(expr: Expr, change: (expr: Expr) => Expr): Expr {
  return change(mapChildren(expr, (child) => rewrite(child, change)));
}

const always: readonly Expr[] = [];

/** The values that name the turns of loops with one turn. */
export function turnsOf(loops: readonly Loop[]): readonly Expr[] {
  if (loops.every(({ at }) => at === undefined)) return always;
  return loops.flatMap(({ at }) => (at === undefined ? [] : [at]));
}

/** The loops with each value that names a turn replaced. */
export function mapTurns(loops: readonly Loop[], change: (expr: Expr) => Expr): readonly Loop[] {
  if (loops.every(({ at }) => at === undefined)) return loops;
  return loops.map((loop) => (loop.at === undefined ? loop : { ...loop, at: change(loop.at) }));
}

export type Load = Extract<Expr, { kind: "load" }>;

export function expressionsOf(stage: Stage): readonly Expr[] {
  switch (stage.kind) {
    case "each":
      return [...turnsOf(stage.loops), ...stage.lets.map((l) => l.value), ...stage.stores.map((s) => s.value)];
    case "reduce":
      return [stage.term, ...stage.lets.map((l) => l.value), ...stage.stores.map((s) => s.value)];
    case "scatter":
      return [stage.term, stage.value];
    case "fill":
      return [];
  }
}

const none: readonly Load[] = [];
const loadsIn = new WeakMap<Expr, readonly Load[]>();

/** The loads of an expression, which stages often share. */
export function loadsOfExpression(whole: Expr): readonly Load[] {
  if (whole.kind === "local" || whole.kind === "number") return none;
  const known = loadsIn.get(whole);
  if (known !== undefined) return known;
  const loads: Load[] = [];
  walk(whole, (e) => {
    if (e.kind === "load") loads.push(e);
  });
  loadsIn.set(whole, loads);
  return loads;
}

const knownLoads = new WeakMap<Stage, readonly Load[]>();

export function loadsOf(stage: Stage): readonly Load[] {
  const known = knownLoads.get(stage);
  if (known !== undefined) return known;
  const loads: Load[] = [];
  for (const expr of expressionsOf(stage)) for (const load of loadsOfExpression(expr)) loads.push(load);
  knownLoads.set(stage, loads);
  return loads;
}

/** The buffers that a stage writes. */
export function writesOf(stage: Stage): readonly string[] {
  switch (stage.kind) {
    case "each":
    case "reduce":
      return stage.stores.map((s) => s.buffer);
    case "scatter":
    case "fill":
      return [stage.buffer];
  }
}

/** The same stage with every expression rewritten from the leaves up. */
export function mapExpressions(stage: Stage, change: (expr: Expr) => Expr): Stage {
  const each = (expr: Expr): Expr => rewrite(expr, change);
  const lets = (list: readonly Let[]): readonly Let[] => list.map((l) => ({ ...l, value: each(l.value) }));
  const stores = (list: readonly Store[]): readonly Store[] => list.map((s) => ({ ...s, value: each(s.value) }));
  switch (stage.kind) {
    case "each":
      return { ...stage, loops: mapTurns(stage.loops, each), lets: lets(stage.lets), stores: stores(stage.stores) };
    case "reduce":
      return { ...stage, term: each(stage.term), lets: lets(stage.lets), stores: stores(stage.stores) };
    case "scatter":
      return { ...stage, term: each(stage.term), value: each(stage.value) };
    case "fill":
      return stage;
  }
}

/** Renames loops everywhere in a stage. */
export function renameStageLoops(stage: Stage, names: ReadonlyMap<string, string>): Stage {
  const address = (a: Address): Address => renameLoops(a, names);
  const guards = (list: readonly Guard[]): readonly Guard[] => list.map((g) => ({ ...g, index: address(g.index) }));
  const loops = (list: readonly Loop[]): readonly Loop[] =>
    list.map((l) => ({ ...l, name: names.get(l.name) ?? l.name }));
  const renamed = mapExpressions(stage, (e) => {
    switch (e.kind) {
      case "load":
        return { ...e, address: address(e.address), guards: guards(e.guards) };
      case "index":
        return { ...e, address: address(e.address) };
      case "random":
        return { ...e, element: address(e.element) };
      case "guarded":
        return { ...e, guards: guards(e.guards) };
      case "number":
      case "batch":
      case "apply":
      case "local":
        return e;
    }
  });
  const stores = (list: readonly Store[]): readonly Store[] => list.map((s) => ({ ...s, address: address(s.address) }));
  switch (renamed.kind) {
    case "each":
      return { ...renamed, loops: loops(renamed.loops), stores: stores(renamed.stores) };
    case "reduce":
      return { ...renamed, loops: loops(renamed.loops), over: loops(renamed.over), stores: stores(renamed.stores) };
    case "scatter":
      return {
        ...renamed,
        loops: loops(renamed.loops),
        over: loops(renamed.over),
        guards: guards(renamed.guards),
        address: address(renamed.address),
        clear: { ...renamed.clear, address: address(renamed.clear.address) },
      };
    case "fill":
      return { ...renamed, range: { ...renamed.range, address: address(renamed.range.address) } };
  }
}

/** Renames locals. */
export function renameLocals(stage: Stage, names: ReadonlyMap<string, string>): Stage {
  const renamed = mapExpressions(stage, (e) => (e.kind === "local" ? { ...e, name: names.get(e.name) ?? e.name } : e));
  if (renamed.kind === "each" || renamed.kind === "reduce") {
    const lets = renamed.lets.map((l) => ({ ...l, name: names.get(l.name) ?? l.name }));
    return renamed.kind === "each"
      ? { ...renamed, lets }
      : { ...renamed, lets, result: names.get(renamed.result) ?? renamed.result };
  }
  return renamed;
}

export function localsOf(stage: Stage): readonly string[] {
  if (stage.kind === "each") return stage.lets.map((l) => l.name);
  if (stage.kind === "reduce") return [stage.result, ...stage.lets.map((l) => l.name)];
  return [];
}

/**
 * The same expression some steps further along a loop: the neighbour in a tile or in a lane. Parts that do not depend on
 * the loop stay the same objects, so that readers can tell that their values are the same.
 */
export function shifted(expr: Expr, loop: string, steps: number): Expr {
  if (steps === 0) return expr;
  const moves = (a: Address): boolean => (a.strides[loop] ?? 0) !== 0;
  const move = (a: Address): Address => ({ ...a, offset: a.offset + (a.strides[loop] ?? 0) * steps });
  const moveGuards = (guards: readonly Guard[]): readonly Guard[] =>
    guards.some((g) => moves(g.index)) ? guards.map((g) => ({ ...g, index: move(g.index) })) : guards;
  let changed = false;
  const inner = mapChildren(expr, (child) => {
    const next = shifted(child, loop, steps);
    changed ||= next !== child;
    return next;
  });
  const whole = changed ? inner : expr;
  switch (whole.kind) {
    case "load": {
      const guards = moveGuards(whole.guards);
      if (!moves(whole.address) && guards === whole.guards) return whole;
      return { ...whole, address: move(whole.address), guards };
    }
    case "index":
      return moves(whole.address) ? { ...whole, address: move(whole.address) } : whole;
    case "random":
      return moves(whole.element) ? { ...whole, element: move(whole.element) } : whole;
    case "guarded": {
      const guards = moveGuards(whole.guards);
      return guards === whole.guards ? whole : { ...whole, guards };
    }
    case "number":
    case "batch":
    case "apply":
    case "local":
      return whole;
  }
}

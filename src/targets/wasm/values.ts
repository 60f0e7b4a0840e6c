// Prints LoopProgram expressions as WAT text, for one point or for four neighbours along the innermost loop. It computes
// values that do not change along that loop before the loop.

import { CompilerBug } from "../../base/compilerBug.ts";
import { mapChildren, walk } from "../../ir/expression.ts";
import type { Expr, Let, Store } from "../../ir/loops.ts";
import { dependsOn } from "../loops/products.ts";
import { applyFunction, convert, firstLane, type Lanes, splat, type Term } from "./functions.ts";
import { argumentKinds, varies } from "./kinds.ts";
import { guarded, indexTerm, loadTerm, numberTerm, type Place } from "./loads.ts";
import { type Inner, Pointers, type Scope } from "./scope.ts";
import { get, i32, setLocal } from "./wat.ts";

/** Prints values at a point of the open loops. */
export interface Writer {
  /** Lets that are bound before the loop and need no binding at its points. */
  readonly bound: ReadonlySet<string>;
  value(expr: Expr, lanes: Lanes): Term;
  store(store: Store, value: Term): void;
}

interface Hoisted {
  readonly one: Term;
  readonly four: Term;
}

/** A place, and the values computed before its innermost loop. */
interface Point extends Place {
  readonly hoisted: Map<Expr, Hoisted>;
  readonly bound: Map<string, Hoisted>;
  /** The lets that only the loop itself can bind. */
  readonly later: Set<string>;
}

/** The number of samples times a factor. */
function batchTerm(factor: number, lanes: Lanes): Term {
  const count: Term = { text: "(local.get $samples)", kind: "i32", lanes: 1 };
  const scaled = (): Term => {
    if (factor === 1) return count;
    if (Number.isInteger(factor)) return { text: `(i32.mul ${count.text} ${i32(factor)})`, kind: "i32", lanes: 1 };
    const text = `(f32.mul ${convert(count, "f32").text} ${numberTerm(factor, "f32", 1).text})`;
    return { text, kind: "f32", lanes: 1 };
  };
  return lanes === 1 ? scaled() : splat(scaled());
}

function valueTerm(point: Point, expr: Expr, lanes: Lanes): Term {
  const { scope, hoisted, bound } = point;
  const known = hoisted.get(expr);
  if (known !== undefined) return lanes === 1 ? known.one : known.four;
  switch (expr.kind) {
    case "number":
      return numberTerm(expr.value, "f32", lanes);
    case "load":
      return guarded(point, expr.guards, expr.otherwise, lanes, () => loadTerm(point, expr, lanes));
    case "index":
      return indexTerm(point, expr.address, lanes);
    case "batch":
      return batchTerm(expr.factor, lanes);
    case "random": {
      const name = `uniform_${lanes === 1 ? "s" : "v"}`;
      scope.calls.add(name);
      const whole = (e: Expr): string => convert(valueTerm(point, e, 1), "i32").text;
      return {
        text: `(call $${name} ${whole(expr.seed)} ${scope.stream(expr.stream)} ${whole(expr.step)} ${indexTerm(point, expr.element, lanes).text})`,
        kind: "f32",
        lanes,
      };
    }
    case "guarded":
      return guarded(point, expr.guards, expr.otherwise, lanes, () => valueTerm(point, expr.value, lanes));
    case "local": {
      const before = bound.get(expr.name);
      if (before !== undefined) return lanes === 1 ? before.one : before.four;
      const term = scope.locals.get(expr.name);
      if (term === undefined) throw new CompilerBug(`the local '${expr.name}' is not bound`);
      // With four lanes, a single value is needed only where all lanes share it: the seed of a random number.
      return lanes === 4 ? splat(term) : firstLane(term);
    }
    case "apply": {
      const kinds = argumentKinds(expr, scope);
      const args = expr.args.map((arg, i) =>
        arg.kind === "number" ? numberTerm(arg.value, kinds[i] ?? "f32", lanes) : valueTerm(point, arg, lanes),
      );
      return applyFunction(expr.fn, args, scope);
    }
  }
}

/** A value that does not change along the loop, in its own locals. */
function valueBefore(point: Point, expr: Expr): Hoisted {
  const { code } = point.scope;
  const made = valueTerm(point, expr, 1);
  const type = made.kind === "f32" ? "f32" : "i32";
  const one = code.local(type, "h");
  setLocal(code, one, made.text);
  const term: Term = { ...made, text: get(one) };
  const four = code.local("v128", "H");
  setLocal(code, four, splat(term).text);
  return { one: term, four: { ...term, lanes: 4, text: get(four) } };
}

/** Computes the largest parts that do not change along the inner loop. Parts behind a guard stay there. */
function hoist(point: Point, expr: Expr, loop: string): void {
  const { hoisted, later } = point;
  if (expr.kind === "number" || hoisted.has(expr)) return;
  if (!varies(expr, loop, later)) {
    if (expr.kind !== "local") hoisted.set(expr, valueBefore(point, expr));
    return;
  }
  if (expr.kind === "guarded" || (expr.kind === "load" && expr.guards.length > 0)) return;
  mapChildren(expr, (child) => {
    hoist(point, child, loop);
    return child;
  });
}

/** Stores four lanes one by one, at a stride. */
function scatterLanes({ scope, pointers }: Place, { buffer, address }: Store, stride: number, made: Term): void {
  const { code } = scope;
  const four = code.local("v128", "four");
  setLocal(code, four, convert(made, "f32").text);
  for (const lane of [0, 1, 2, 3]) {
    const { text, offset } = pointers.at(buffer, { ...address, offset: address.offset + lane * stride });
    code.line(`(f32.store offset=${offset} ${text} (f32x4.extract_lane ${lane} ${get(four)}))`);
  }
}

function writeStore(place: Place, store: Store, made: Term): void {
  const { scope, inner, pointers } = place;
  const { buffer, address, adds } = store;
  const { dtype } = scope.buffer(buffer);
  const stride = inner === undefined ? 1 : (address.strides[inner.loop] ?? 0);
  if (made.lanes === 4 && stride !== 1) {
    scatterLanes(place, store, stride, made);
    return;
  }
  const { text, offset } = pointers.at(buffer, address);
  const as = convert(made, dtype === "f32" ? "f32" : dtype === "bool" ? "bool" : "i32");
  const stored = dtype === "bool" && as.lanes === 4 ? convert(as, "i32") : as;
  const name =
    stored.lanes === 4 ? "v128.store" : dtype === "f32" ? "f32.store" : dtype === "u8" ? "i32.store8" : "i32.store";
  // Only floats are added into memory.
  const before = `(${stored.lanes === 4 ? "v128" : "f32"}.load offset=${offset} ${text})`;
  const value = adds === true ? `(${stored.lanes === 4 ? "f32x4" : "f32"}.add ${before} ${stored.text})` : stored.text;
  scope.code.line(`(${name} offset=${offset} ${text} ${value})`);
}

/**
 * Prepares `lets` and `stores` inside the loop `inner`: it computes values that do not change before the loop. A value moves
 * before the loop only if everything it reads exists there: open loops and bound locals. `pointers` may be at hand already.
 */
export function writer(
  scope: Scope,
  inner: Inner | undefined,
  lets: readonly Let[],
  stores: readonly Store[],
  pointers = new Pointers(scope, inner),
): Writer {
  const point: Point = { scope, inner, pointers, hoisted: new Map(), bound: new Map(), later: new Set() };
  const { hoisted, bound, later } = point;
  const prepare = (expr: Expr): void =>
    walk(expr, (e) => {
      if (e.kind === "load" && (inner === undefined || dependsOn(e.address, inner.loop)))
        pointers.prepare(e.buffer, e.address);
    });
  for (const { name, value: expr } of lets) {
    prepare(expr);
    if (inner === undefined) continue;
    hoist(point, expr, inner.loop);
    const known = hoisted.get(expr);
    if (known === undefined) later.add(name);
    else bound.set(name, known);
  }
  for (const { value: expr } of stores) {
    prepare(expr);
    if (inner !== undefined) hoist(point, expr, inner.loop);
  }
  for (const { buffer, address } of stores) pointers.prepare(buffer, address);
  return {
    bound: new Set(bound.keys()),
    value: (expr, lanes) => valueTerm(point, expr, lanes),
    store: (store, made) => writeStore(point, store, made),
  };
}

// Binds a value once if a point computes or loads it twice.

import { CompilerBug } from "../base/compilerBug.ts";
import { localsOf, mapChildren } from "../ir/expression.ts";
import type { Address, Expr, Guard, Kernel, Let, Stage } from "../ir/loops.ts";
import { type TypesInScope, typeOfExpr } from "../ir/loopTypes.ts";
import type { DType } from "../ir/types.ts";
import type { DTypeOf } from "./form.ts";

const keyOfAddress = ({ offset, strides }: Address): string => `${offset}${JSON.stringify(strides)}`;
const keyOfGuards = (guards: readonly Guard[]): string =>
  guards.map(({ index, size }) => `${keyOfAddress(index)}<${typeof size === "number" ? size : "n"}`).join("&");

/** A text that is equal for equal values. `number` returns the number of a known expression. */
function keyOf(expr: Expr, number: (child: Expr) => number): string {
  switch (expr.kind) {
    case "number":
      return Object.is(expr.value, -0) ? "-0" : String(expr.value);
    case "load":
      return `${expr.buffer}[${keyOfAddress(expr.address)}]${keyOfGuards(expr.guards)}:${expr.otherwise}`;
    case "index":
      return `index ${keyOfAddress(expr.address)}`;
    case "batch":
      return `batch ${expr.factor}`;
    case "apply":
      return `${expr.fn}(${expr.args.map(number).join()})`;
    case "random":
      return `random ${number(expr.seed)} ${number(expr.step)} ${expr.stream} ${keyOfAddress(expr.element)}`;
    case "guarded":
      return `guarded ${number(expr.value)} ${keyOfGuards(expr.guards)}:${expr.otherwise}`;
    case "local":
      return `%${expr.name}`;
  }
}

/** Makes equal expressions the same object. */
function interner(): (expr: Expr) => Expr {
  const byKey = new Map<string, Expr>();
  const numbers = new Map<Expr, number>();
  const canonical = new Map<Expr, Expr>();
  const numberOf = (child: Expr): number => {
    const number = numbers.get(child);
    if (number === undefined) throw new CompilerBug("an expression is interned before its children");
    return number;
  };
  const intern = (expr: Expr): Expr => {
    const known = canonical.get(expr);
    if (known !== undefined) return known;
    const whole = mapChildren(expr, intern);
    const key = keyOf(whole, numberOf);
    const first = byKey.get(key) ?? whole;
    if (first === whole) {
      byKey.set(key, whole);
      numbers.set(whole, numbers.size);
      canonical.set(whole, whole);
    }
    canonical.set(expr, first);
    return first;
  };
  return intern;
}

type Point = Extract<Stage, { kind: "each" | "reduce" }>;

/** The number of times a point computes each value. Below a guard it is computed only if the guard holds. */
function countsIn(stage: Point): ReadonlyMap<Expr, number> {
  const counts = new Map<Expr, number>();
  const count = (expr: Expr): Expr => {
    const before = counts.get(expr) ?? 0;
    counts.set(expr, before + 1);
    if (before === 0 && expr.kind !== "guarded") mapChildren(expr, count);
    return expr;
  };
  for (const { value } of stage.lets) count(value);
  for (const { value } of stage.stores) count(value);
  return counts;
}

const isWork = (expr: Expr): boolean =>
  expr.kind === "apply" || expr.kind === "load" || expr.kind === "random" || expr.kind === "guarded";

/** Free names `t0`, `t1` …. */
function namer(taken: ReadonlySet<string>): () => string {
  let next = 0;
  return () => {
    while (taken.has(`t${next}`)) next++;
    return `t${next++}`;
  };
}

interface Scope extends TypesInScope {
  readonly newName: () => string;
  readonly bind: (name: string, dtype: DType) => void;
}

/** Whether one of two types of numbers is whole and the other is not. */
const isOtherNumber = (a: DType | undefined, b: DType): boolean =>
  (a === "f32" && b === "i32") || (a === "i32" && b === "f32");

function shareInStage(stage: Stage, scope: Scope): Stage {
  if (stage.kind !== "each" && stage.kind !== "reduce") return stage;
  const intern = interner();
  if (stage.kind === "reduce") {
    const isPlace = stage.op === "arg_max" || stage.op === "arg_min";
    scope.bind(stage.result, isPlace ? "i32" : (typeOfExpr(stage.term, scope) ?? "f32"));
  }
  const whole: Point = {
    ...stage,
    lets: stage.lets.map((l) => ({ ...l, value: intern(l.value) })),
    stores: stage.stores.map((s) => ({ ...s, value: intern(s.value) })),
  };
  const counts = countsIn(whole);
  const bound = new Map<Expr, string>();
  const lets: Let[] = [];
  const add = (one: Let): void => {
    lets.push(one);
    scope.bind(one.name, one.dtype);
  };
  const place = (expr: Expr, top: boolean): Expr => {
    const known = bound.get(expr);
    if (known !== undefined) return { kind: "local", name: known };
    const inner = expr.kind === "guarded" ? expr : mapChildren(expr, (child) => place(child, false));
    if (top || !isWork(expr) || (counts.get(expr) ?? 0) < 2) return inner;
    const name = scope.newName();
    bound.set(expr, name);
    add({ name, dtype: typeOfExpr(inner, scope) ?? "f32", value: inner });
    return { kind: "local", name };
  };
  for (const one of whole.lets) {
    const shared = place(one.value, true);
    const anew = shared.kind === "local" && isOtherNumber(scope.local(shared.name), one.dtype);
    const value = anew ? mapChildren(one.value, (child) => place(child, false)) : shared;
    // A number has the type of its place, and so has a choice between numbers: 1 of f32 is not 1 of i32.
    const ofPlace = value.kind === "number" || isOtherNumber(typeOfExpr(value, scope), one.dtype);
    if (value.kind !== "local" && !ofPlace) bound.set(one.value, one.name);
    add({ ...one, value });
  }
  return { ...whole, lets, stores: whole.stores.map((s) => ({ ...s, value: place(s.value, false) })) };
}

/** The kernel with a local for each value that a point computes or loads more than once. */
export function shareWork(kernel: Kernel, dtypeOf: DTypeOf): Kernel {
  const types = new Map<string, DType>();
  const scope: Scope = {
    buffer: dtypeOf,
    local: (name) => types.get(name),
    newName: namer(new Set(kernel.stages.flatMap(localsOf))),
    bind: (name, dtype) => void types.set(name, dtype),
  };
  return { ...kernel, stages: kernel.stages.map((stage) => shareInStage(stage, scope)) };
}

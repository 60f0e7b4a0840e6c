// Facts about a value before it is printed: its kind, whether it changes along a loop, and whether it has lanes there.

import { walk } from "../../ir/expression.ts";
import type { Expr, Guard, Let, Store } from "../../ir/loops.ts";
import { dependsOn } from "../loops/products.ts";
import { hasLanes, type Kind, resultKind } from "./functions.ts";
import type { Scope } from "./scope.ts";

/** A value's kind. A number takes the kind of its neighbours. */
export function kindOf(expr: Expr, scope: Scope): Kind | "number" {
  switch (expr.kind) {
    case "number":
      return "number";
    case "load":
      return scope.buffer(expr.buffer).dtype === "f32" ? "f32" : "i32";
    case "index":
      return "i32";
    case "batch":
      return Number.isInteger(expr.factor) ? "i32" : "f32";
    case "random":
      return "f32";
    case "guarded":
      return numberAs(kindOf(expr.value, scope), [expr.otherwise]);
    case "local":
      return scope.locals.get(expr.name)?.kind ?? "f32";
    case "apply":
      return resultKind(expr.fn, argumentKinds(expr, scope));
  }
}

const isWhole = (value: number): boolean =>
  Number.isInteger(value) && Math.abs(value) < 2 ** 31 && !Object.is(value, -0);

export const numberAs = (kind: Kind | "number", numbers: readonly number[]): Kind =>
  kind === "f32" || kind === "number" || !numbers.every(isWhole) ? "f32" : kind;

/** Whole numbers among integers are integers; all others are floats. */
export function argumentKinds(expr: Extract<Expr, { kind: "apply" }>, scope: Scope): readonly Kind[] {
  const found = expr.args.map((arg) => kindOf(arg, scope));
  const known = found.filter((kind, i): kind is Kind => kind !== "number" && !(expr.fn === "select" && i === 0));
  const whole = known.length > 0 && known.every((kind) => kind !== "f32");
  return found.map((kind, i) => {
    if (kind !== "number") return kind;
    const arg = expr.args[i];
    return whole && arg?.kind === "number" && isWhole(arg.value) ? "i32" : "f32";
  });
}

const guardsDependOn = (guards: readonly Guard[], loop: string): boolean =>
  guards.some((g) => dependsOn(g.index, loop));

/** Whether a value changes along a loop. `varying` are the locals that change. */
export function varies(expr: Expr, loop: string, varying: ReadonlySet<string>): boolean {
  let found = false;
  walk(expr, (e) => {
    if (e.kind === "load") found ||= dependsOn(e.address, loop) || guardsDependOn(e.guards, loop);
    else if (e.kind === "index") found ||= dependsOn(e.address, loop);
    else if (e.kind === "random") found ||= dependsOn(e.element, loop);
    else if (e.kind === "guarded") found ||= guardsDependOn(e.guards, loop);
    else if (e.kind === "local") found ||= varying.has(e.name);
  });
  return found;
}

/** Whether a value has a form with four lanes along `loop`. */
export function hasVectorForm(expr: Expr, loop: string, scope: Scope): boolean {
  let fits = true;
  walk(expr, (e) => {
    if (e.kind === "load" || e.kind === "guarded") fits &&= !guardsDependOn(e.guards, loop);
    else if (e.kind === "apply") fits &&= hasLanes(e.fn, argumentKinds(e, scope));
  });
  return fits;
}

/** Whether a store can take four lanes at once. */
export const storesVector = (store: Store, loop: string, scope: Scope): boolean =>
  store.address.strides[loop] === 1 && scope.buffer(store.buffer).dtype !== "u8";

/** Whether a store can take four lanes one by one. */
export const scattersVector = ({ address, adds, buffer }: Store, loop: string, scope: Scope): boolean =>
  (address.strides[loop] ?? 0) !== 0 && adds !== true && scope.buffer(buffer).dtype === "f32";

/** A scope that knows the kinds of these lets, for questions about values that read them. */
export function withKinds(scope: Scope, lets: readonly Let[]): Scope {
  const known: Scope = { ...scope, locals: new Map(scope.locals) };
  for (const { name, value } of lets) {
    const kind = kindOf(value, known);
    known.locals.set(name, { text: "", kind: kind === "number" ? "f32" : kind, lanes: 1 });
  }
  return known;
}

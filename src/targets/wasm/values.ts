// LoopProgram expressions as WAT text, for one point or for four neighbours along the innermost loop. What does not change
// along that loop is computed before it.

import { CompilerBug } from "../../base/compilerBug.ts";
import { mapChildren, walk } from "../../ir/expression.ts";
import type { Address, Expr, Guard, Let, Store } from "../../ir/loops.ts";
import {
  applyFunction,
  constantTerm,
  convert,
  firstLane,
  hasLanes,
  type Kind,
  type Lanes,
  resultKind,
  splat,
  type Term,
} from "./functions.ts";
import { affineText, dependsOn, guardText, type Inner, Pointers, type Scope } from "./scope.ts";
import { addI32, get, i32, setLocal } from "./wat.ts";

type Load = Extract<Expr, { kind: "load" }>;

/** A value's kind; a number takes that of its neighbours. */
function kindOf(expr: Expr, scope: Scope): Kind | "number" {
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

const numberAs = (kind: Kind | "number", numbers: readonly number[]): Kind =>
  kind === "f32" || kind === "number" || !numbers.every(isWhole) ? "f32" : kind;

/** Numbers among integers that are whole are integers; otherwise they are floats. */
function argumentKinds(expr: Extract<Expr, { kind: "apply" }>, scope: Scope): readonly Kind[] {
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

/** Whether a value changes along a loop; `varying` are the locals that do. */
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

/** A scope that knows the kinds of these lets, for questions about values that read them. */
export function withKinds(scope: Scope, lets: readonly Let[]): Scope {
  const known: Scope = { ...scope, locals: new Map(scope.locals) };
  for (const { name, value } of lets) {
    const kind = kindOf(value, known);
    known.locals.set(name, { text: "", kind: kind === "number" ? "f32" : kind, lanes: 1 });
  }
  return known;
}

/** Writes values at a point of the loops that are open. */
export interface Writer {
  /** Lets whose values are known before the loop: they need not be bound at its points. */
  readonly bound: ReadonlySet<string>;
  value(expr: Expr, lanes: Lanes): Term;
  store(store: Store, value: Term): void;
}

interface Hoisted {
  readonly one: Term;
  readonly four: Term;
}

/**
 * Prepares for `lets` and `stores` inside the loop `inner`: computes before it what stays the same, lets among it. A value
 * goes before the loop only where all that it reads is there: loops that are open, and locals that are bound.
 */
export function writer(scope: Scope, inner: Inner | undefined, lets: readonly Let[], stores: readonly Store[]): Writer {
  const { code } = scope;
  const pointers = new Pointers(scope, inner);
  const hoisted = new Map<Expr, Hoisted>();
  const bound = new Map<string, Hoisted>();
  /** Lets that only the loop itself can bind. */
  const later = new Set<string>();

  const number = (value: number, kind: Kind, lanes: Lanes): Term =>
    constantTerm(value, kind === "bool" ? "i32" : kind, lanes);

  function loadOne({ buffer, address }: Pick<Load, "buffer" | "address">): Term {
    const { dtype } = scope.buffer(buffer);
    const { text, offset } = pointers.at(buffer, address);
    const name = dtype === "f32" ? "f32.load" : dtype === "u8" ? "i32.load8_u" : "i32.load";
    return { text: `(${name} offset=${offset} ${text})`, kind: dtype === "f32" ? "f32" : "i32", lanes: 1 };
  }

  function loadFour(load: Load, loop: string): Term {
    const { dtype } = scope.buffer(load.buffer);
    const kind: Kind = dtype === "f32" ? "f32" : "i32";
    const stride = load.address.strides[loop] ?? 0;
    if (stride === 0) return splat(loadOne(load));
    if (stride === 1) {
      const { text, offset } = pointers.at(load.buffer, load.address);
      if (dtype !== "u8") return { text: `(v128.load offset=${offset} ${text})`, kind, lanes: 4 };
      return {
        text: `(i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero offset=${offset} ${text})))`,
        kind,
        lanes: 4,
      };
    }
    const lane = (k: number): string =>
      loadOne({ buffer: load.buffer, address: { ...load.address, offset: load.address.offset + k * stride } }).text;
    const shape = `${kind}x4`;
    const rest = [1, 2, 3].reduce(
      (text, k) => `(${shape}.replace_lane ${k} ${text} ${lane(k)})`,
      `(${shape}.splat ${lane(0)})`,
    );
    return { text: rest, kind, lanes: 4 };
  }

  function indexTerm(address: Address, lanes: Lanes): Term {
    const one: Term = { text: addI32(affineText(address, scope), i32(address.offset)), kind: "i32", lanes: 1 };
    if (lanes === 1) return one;
    const step = inner === undefined ? 0 : (address.strides[inner.loop] ?? 0);
    if (step === 0) return splat(one);
    const steps = [0, 1, 2, 3].map((k) => k * step).join(" ");
    return { text: `(i32x4.add ${splat(one).text} (v128.const i32x4 ${steps}))`, kind: "i32", lanes: 4 };
  }

  /** `value` where the guards hold. The value is not computed elsewhere: it may lie outside of memory. */
  function guarded(guards: readonly Guard[], otherwise: number, lanes: Lanes, value: () => Term): Term {
    const test = guardText(guards, scope);
    const inside = value();
    if (test === undefined) return inside;
    const kind = numberAs(inside.kind, [otherwise]);
    const yes = convert(inside, kind);
    const type = lanes === 4 ? "v128" : kind === "f32" ? "f32" : "i32";
    return {
      text: `(if (result ${type}) ${test} (then ${yes.text}) (else ${number(otherwise, kind, lanes).text}))`,
      kind,
      lanes,
    };
  }

  function value(expr: Expr, lanes: Lanes): Term {
    const known = hoisted.get(expr);
    if (known !== undefined) return lanes === 1 ? known.one : known.four;
    switch (expr.kind) {
      case "number":
        return number(expr.value, "f32", lanes);
      case "load":
        return guarded(expr.guards, expr.otherwise, lanes, () =>
          lanes === 1 || inner === undefined ? loadOne(expr) : loadFour(expr, inner.loop),
        );
      case "index":
        return indexTerm(expr.address, lanes);
      case "batch": {
        const count: Term = { text: "(local.get $samples)", kind: "i32", lanes: 1 };
        const scaled: Term =
          expr.factor === 1
            ? count
            : Number.isInteger(expr.factor)
              ? { text: `(i32.mul ${count.text} ${i32(expr.factor)})`, kind: "i32", lanes: 1 }
              : {
                  text: `(f32.mul ${convert(count, "f32").text} ${number(expr.factor, "f32", 1).text})`,
                  kind: "f32",
                  lanes: 1,
                };
        return lanes === 1 ? scaled : splat(scaled);
      }
      case "random": {
        const name = `uniform_${lanes === 1 ? "s" : "v"}`;
        scope.calls.add(name);
        const whole = (e: Expr): string => convert(value(e, 1), "i32").text;
        return {
          text: `(call $${name} ${whole(expr.seed)} ${scope.stream(expr.stream)} ${whole(expr.step)} ${indexTerm(expr.element, lanes).text})`,
          kind: "f32",
          lanes,
        };
      }
      case "guarded":
        return guarded(expr.guards, expr.otherwise, lanes, () => value(expr.value, lanes));
      case "local": {
        const before = bound.get(expr.name);
        if (before !== undefined) return lanes === 1 ? before.one : before.four;
        const term = scope.locals.get(expr.name);
        if (term === undefined) throw new CompilerBug(`the local '${expr.name}' is not bound`);
        // Among four lanes, single values are asked for only where all lanes have the same: a random number's seed.
        return lanes === 4 ? splat(term) : firstLane(term);
      }
      case "apply": {
        const kinds = argumentKinds(expr, scope);
        const args = expr.args.map((arg, i) =>
          arg.kind === "number" ? number(arg.value, kinds[i] ?? "f32", lanes) : value(arg, lanes),
        );
        return applyFunction(expr.fn, args, scope);
      }
    }
  }

  /** A value that does not change along the loop, in locals of its own. */
  function before(expr: Expr): Hoisted {
    const made = value(expr, 1);
    const type = made.kind === "f32" ? "f32" : "i32";
    const one = code.local(type, "h");
    setLocal(code, one, made.text);
    const term: Term = { ...made, text: get(one) };
    const four = code.local("v128", "H");
    setLocal(code, four, splat(term).text);
    return { one: term, four: { ...term, lanes: 4, text: get(four) } };
  }

  /** Computes the largest parts that do not change along the inner loop. What stands behind a guard stays there. */
  function hoist(expr: Expr, loop: string): void {
    if (expr.kind === "number" || hoisted.has(expr)) return;
    if (!varies(expr, loop, later)) {
      if (expr.kind !== "local") hoisted.set(expr, before(expr));
      return;
    }
    if (expr.kind === "guarded" || (expr.kind === "load" && expr.guards.length > 0)) return;
    mapChildren(expr, (child) => {
      hoist(child, loop);
      return child;
    });
  }

  const point = (expr: Expr): void =>
    walk(expr, (e) => {
      if (e.kind === "load" && (inner === undefined || dependsOn(e.address, inner.loop)))
        pointers.prepare(e.buffer, e.address);
    });
  for (const { name, value: expr } of lets) {
    point(expr);
    if (inner === undefined) continue;
    hoist(expr, inner.loop);
    const known = hoisted.get(expr);
    if (known === undefined) later.add(name);
    else bound.set(name, known);
  }
  for (const { value: expr } of stores) {
    point(expr);
    if (inner !== undefined) hoist(expr, inner.loop);
  }
  for (const { buffer, address } of stores) pointers.prepare(buffer, address);

  return {
    bound: new Set(bound.keys()),
    value,
    store({ buffer, address, adds }, made) {
      const { dtype } = scope.buffer(buffer);
      const { text, offset } = pointers.at(buffer, address);
      const as = convert(made, dtype === "f32" ? "f32" : dtype === "bool" ? "bool" : "i32");
      const stored = dtype === "bool" && as.lanes === 4 ? convert(as, "i32") : as;
      const name =
        stored.lanes === 4 ? "v128.store" : dtype === "f32" ? "f32.store" : dtype === "u8" ? "i32.store8" : "i32.store";
      // Only sums of floats are added up.
      const before = `(${stored.lanes === 4 ? "v128" : "f32"}.load offset=${offset} ${text})`;
      const value =
        adds === true ? `(${stored.lanes === 4 ? "f32x4" : "f32"}.add ${before} ${stored.text})` : stored.text;
      code.line(`(${name} offset=${offset} ${text} ${value})`);
    },
  };
}

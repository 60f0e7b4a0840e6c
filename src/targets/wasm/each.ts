// Prints pointwise stages: lets and stores at each point, four points at once if memory allows it.

import { walk } from "../../ir/expression.ts";
import type { Expr, Let, Loop, Stage, Store } from "../../ir/loops.ts";
import { isComposed, type Lanes, type Term } from "./functions.ts";
import { hasVectorForm, scattersVector, storesVector, withKinds } from "./kinds.ts";
import { innermost, nest, type Span, wholeSpan } from "./loops.ts";
import type { Inner, Scope } from "./scope.ts";
import { type Writer, writer } from "./values.ts";
import { get, setLocal } from "./wat.ts";

type Each = Extract<Stage, { kind: "each" }>;

/** Binds lets and stores values at a point. All values come before the first store, which may overwrite their inputs. */
export function writePoint(
  scope: Scope,
  write: Writer,
  lets: readonly Let[],
  stores: readonly Store[],
  lanes: Lanes,
): void {
  const { code } = scope;
  const local = (term: Term, hint: string): Term => {
    const name = code.local(term.lanes === 4 ? "v128" : term.kind === "f32" ? "f32" : "i32", hint);
    setLocal(code, name, term.text);
    return { ...term, text: get(name) };
  };
  for (const one of lets)
    if (!write.bound.has(one.name)) scope.locals.set(one.name, local(write.value(one.value, lanes), one.name));
  const values = stores.map((store) => write.value(store.value, lanes));
  const bound = stores.length < 2 ? values : values.map((term) => local(term, "v"));
  stores.forEach((store, i) => {
    const term = bound[i];
    if (term !== undefined) write.store(store, term);
  });
}

const valuesIn = (lets: readonly Let[], stores: readonly Store[]): readonly Expr[] => [
  ...lets.map((l) => l.value),
  ...stores.map((s) => s.value),
];

/** Whether the values of a point take so long that lanes pay even if they lie apart in memory. */
function takesLong(lets: readonly Let[], stores: readonly Store[]): boolean {
  let found = false;
  for (const value of valuesIn(lets, stores))
    walk(value, (e) => {
      found ||= e.kind === "apply" && isComposed(e.fn);
    });
  return found;
}

/**
 * Whether a stage should run its lanes along its last loop but one, because the last has fewer turns than a vector: the colours
 * of a picture.
 */
export function crossesLast({ lets, stores }: Pick<Each, "lets" | "stores">, loops: readonly Loop[]): boolean {
  const [before, last] = loops.slice(-2);
  if (before === undefined || last === undefined) return false;
  const isLong = typeof before.extent !== "number" || before.extent >= 4;
  const isShort = typeof last.extent === "number" && last.extent > 1 && last.extent < 4;
  return isLong && isShort && before.at === undefined && last.at === undefined && takesLong(lets, stores);
}

/** Whether lets and stores have a form with four lanes along `loop`. */
export function pointsVector(scope: Scope, lets: readonly Let[], stores: readonly Store[], loop: string): boolean {
  const known = withKinds(scope, lets);
  const scatters = takesLong(lets, stores);
  return (
    stores.every((store) => storesVector(store, loop, known) || (scatters && scattersVector(store, loop, known))) &&
    valuesIn(lets, stores).every((value) => hasVectorForm(value, loop, known))
  );
}

/** The points of one innermost loop. */
export function writeRow(scope: Scope, stage: Pick<Each, "lets" | "stores">, loop: Loop, span: Span): void {
  const { lets, stores } = stage;
  const vector = pointsVector(scope, lets, stores, loop.name);
  innermost(scope, loop, span, vector, (inside: Scope, inner: Inner) => {
    const own: Scope = { ...inside, locals: new Map(inside.locals) };
    const write = writer(own, inner, lets, stores);
    return (lanes) => writePoint(own, write, lets, stores, lanes);
  });
}

/** One point of the open loops. */
const writeSingle = (scope: Scope, { lets, stores }: Pick<Each, "lets" | "stores">): void =>
  writePoint(scope, writer(scope, undefined, [], []), lets, stores, 1);

/** A whole stage. `loops` are the loops not yet open. Later stages can use the lets of a stage without loops. */
export function writeEach(scope: Scope, stage: Pick<Each, "lets" | "stores">, loops: readonly Loop[]): void {
  const inner = loops[loops.length - 1];
  if (inner === undefined || inner.at !== undefined) {
    nest(scope, loops, (inside) => writeSingle(inside, stage));
    return;
  }
  const [before] = loops.slice(-2);
  if (before !== undefined && crossesLast(stage, loops)) {
    nest(scope, [...loops.slice(0, -2), inner], (inside) => writeRow(inside, stage, before, wholeSpan(before.extent)));
    return;
  }
  nest(scope, loops.slice(0, -1), (inside) => writeRow(inside, stage, inner, wholeSpan(inner.extent)));
}

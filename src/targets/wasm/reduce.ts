// Prints reductions other than contractions: sums, extremes and their positions. If the last loop of the result runs along
// memory, it reduces neighbours side by side; each still adds its terms in the order of the LoopProgram. Long sums keep small
// terms that would be lost next to large ones: docs/design/sums.md.

import { CompilerBug } from "../../base/compilerBug.ts";
import { largest } from "../../ir/address.ts";
import { mapChildren, shifted, walk } from "../../ir/expression.ts";
import type { Address, Expr, Loop, Stage } from "../../ir/loops.ts";
import { pointsVector, writePoint } from "./each.ts";
import { applyFunction, constantTerm, convert, type Lanes, type Term } from "./functions.ts";
import { hasVectorForm } from "./kinds.ts";
import { innermost, nest, type Span, wholeSpan } from "./loops.ts";
import { extentText, type Inner, Pointers, type Scope, withExtents, withLoop } from "./scope.ts";
import { writer } from "./values.ts";
import { forLoop, get, i32, setLocal } from "./wat.ts";

export type Reduce = Extract<Stage, { kind: "reduce" }>;

const start = { sum: 0, max: Number.NEGATIVE_INFINITY, min: Number.POSITIVE_INFINITY } as const;
const combine = { sum: "add", max: "max", min: "min" } as const;

/** Whether the result's last loop can run in lanes and is worth it: some load must be contiguous along it. */
export function runsInLanes(scope: Scope, stage: Reduce, last: Loop): boolean {
  if (stage.op === "arg_max" || stage.op === "arg_min") return false;
  if (!hasVectorForm(stage.term, last.name, scope) || !pointsVector(scope, stage.lets, stage.stores, last.name))
    return false;
  let contiguous = false;
  let scattered = false;
  walk(stage.term, (e) => {
    if (e.kind !== "load") return;
    const stride = e.address.strides[last.name] ?? 0;
    if (stride === 1) contiguous = true;
    else if (stride !== 0) scattered = true;
  });
  return contiguous && !scattered;
}

/** From this many terms on, a running f32 sum loses digits that people see, because it rounds each term to its own precision. */
const LONG = 1024;
const countOf = (loops: readonly Loop[]): number => loops.reduce((count, { extent }) => count * largest(extent), 1);
const isLongSum = ({ op, over }: Reduce): boolean => op === "sum" && countOf(over) >= LONG;

/** The loop before which to cut a long sum, so that its parts and the sum of the parts are short; 0 leaves it whole. */
export function cutOf(stage: Reduce): number {
  if (!isLongSum(stage)) return 0;
  const longest = (cut: number): number => countOf(stage.over.slice(0, cut)) + countOf(stage.over.slice(cut));
  return stage.over.reduce((best, _, cut) => (longest(cut) < longest(best) ? cut : best), 0);
}

type Load = Extract<Expr, { kind: "load" }>;

/** The loads without guards: these may be read in any case. Those within a guarded value stay there. */
function plainLoads(term: Expr): readonly Load[] {
  if (term.kind === "guarded") return [];
  if (term.kind === "load") return term.guards.length === 0 ? [term] : [];
  const found: Load[] = [];
  mapChildren(term, (child) => {
    found.push(...plainLoads(child));
    return child;
  });
  return found;
}

/** The loads that several terms have. */
function sharedLoads(terms: readonly Expr[]): ReadonlySet<Expr> {
  const seen = new Set<Expr>();
  const shared = new Set<Expr>();
  for (const load of terms.flatMap(plainLoads)) (seen.has(load) ? shared : seen).add(load);
  return shared;
}

function replaced(expr: Expr, by: ReadonlyMap<Expr, Expr>): Expr {
  return by.get(expr) ?? (by.size === 0 ? expr : mapChildren(expr, (child) => replaced(child, by)));
}

/** Prints the values of terms at a point. What several of them read is read once, where it is first needed. */
export function readTerms(
  scope: Scope,
  terms: readonly Expr[],
  lanes: Lanes,
  inner: Inner | undefined,
  pointers: Pointers | undefined,
  take: (index: number, value: Term, scope: Scope) => void,
): void {
  const { code } = scope;
  const shared = sharedLoads(terms);
  const known = new Map<Expr, Expr>();
  const own: Scope = { ...scope, locals: new Map(scope.locals) };
  const read = writer(scope, inner, [], [], pointers);
  const write = writer(own, inner, [], [], pointers);
  terms.forEach((term, i) => {
    walk(term, (e) => {
      if (!shared.has(e) || known.has(e)) return;
      const made = read.value(e, lanes);
      const local = code.local(lanes === 4 ? "v128" : "f32", "x");
      setLocal(code, local, made.text);
      own.locals.set(local, { ...made, text: get(local) });
      known.set(e, { kind: "local", name: local });
    });
    take(i, write.value(replaced(term, known), lanes), own);
  });
}

/** Opens loops for the terms of a sum. Along the innermost one the pointers of what they read walk. */
export function walkOver(
  scope: Scope,
  loops: readonly Loop[],
  terms: readonly Expr[],
  inner: Inner | undefined,
  body: (scope: Scope, pointers: Pointers | undefined) => void,
): void {
  const last = loops[loops.length - 1];
  if (last === undefined || last.at !== undefined) {
    nest(scope, loops, (inside) => body(inside, undefined));
    return;
  }
  nest(scope, loops.slice(0, -1), (around) => {
    const { code } = around;
    const variable = code.local("i32", last.name);
    const inside = withLoop(around, last, get(variable));
    const pointers = new Pointers(inside, inner, last.name);
    for (const { buffer, address } of terms.flatMap(plainLoads)) pointers.prepareWalk(buffer, address);
    const turn = (): void => {
      body(inside, pointers);
      pointers.advance();
    };
    forLoop(code, variable, i32(0), extentText(last.extent), 1, turn, true);
  });
}

/** Accumulates over the stage's own loops; returns one accumulator for each of `terms`. */
function accumulate(
  scope: Scope,
  stage: Reduce,
  terms: readonly Expr[],
  lanes: Lanes,
  inner: Inner | undefined,
): readonly Term[] {
  const { code } = scope;
  if (stage.op === "arg_max" || stage.op === "arg_min") throw new CompilerBug("a position is no accumulator");
  const op = stage.op;
  const first = constantTerm(start[op], "f32", lanes);
  const accumulators = (hint: string): readonly string[] =>
    terms.map(() => {
      const local = code.local(lanes === 4 ? "v128" : "f32", hint);
      setLocal(code, local, first.text);
      return local;
    });
  const termOf = (local: string): Term => ({ text: get(local), kind: "f32", lanes });
  const add = (local: string, value: Term, inside: Scope): void =>
    setLocal(code, local, applyFunction(combine[op], [termOf(local), value], inside).text);
  const overTerms = (outside: Scope, loops: readonly Loop[], into: readonly string[]): void =>
    walkOver(outside, loops, terms, inner, (inside, pointers) =>
      readTerms(inside, terms, lanes, inner, pointers, (i, value, own) => {
        add(into[i] ?? "", convert(value, "f32"), own);
      }),
    );
  const sums = accumulators("sum");
  const all = withExtents(scope, stage.over);
  const cut = cutOf(stage);
  if (cut === 0) overTerms(all, stage.over, sums);
  else
    nest(all, stage.over.slice(0, cut), (inside) => {
      const parts = accumulators("part");
      overTerms(inside, stage.over.slice(cut), parts);
      parts.forEach((part, i) => {
        add(sums[i] ?? "", termOf(part), inside);
      });
    });
  return sums.map(termOf);
}

/** A long sum of single numbers in f64: it takes no longer than in f32, and rounds once. */
function longSum(scope: Scope, stage: Reduce): Term {
  const { code } = scope;
  const [sum, result] = [code.local("f64", "sum"), code.local("f32", "total")];
  setLocal(code, sum, "(f64.const 0)");
  nest(withExtents(scope, stage.over), stage.over, (inside) => {
    const value = convert(writer(inside, undefined, [], []).value(stage.term, 1), "f32");
    setLocal(code, sum, `(f64.add ${get(sum)} (f64.promote_f32 ${value.text}))`);
  });
  setLocal(code, result, `(f32.demote_f64 ${get(sum)})`);
  return { text: get(result), kind: "f32", lanes: 1 };
}

/** A single result without neighbours. */
function single(scope: Scope, stage: Reduce): Term | undefined {
  if (isPosition(stage)) return position(scope, stage);
  return isLongSum(stage) ? longSum(scope, stage) : accumulate(scope, stage, [stage.term], 1, undefined)[0];
}

/** The first position of the extreme, counted over all loops of the reduction. */
function position(scope: Scope, stage: Reduce): Term {
  const { code } = scope;
  const [best, at, count] = [code.local("f32", "best"), code.local("i32", "at"), code.local("i32", "count")];
  setLocal(code, best, `(f32.const ${stage.op === "arg_max" ? "-inf" : "inf"})`);
  setLocal(code, at, i32(0));
  setLocal(code, count, i32(0));
  nest(withExtents(scope, stage.over), stage.over, (inside) => {
    const value = code.local("f32", "x");
    const write = writer(inside, undefined, [], []);
    setLocal(code, value, convert(write.value(stage.term, 1), "f32").text);
    code.form(
      `(if (f32.${stage.op === "arg_max" ? "gt" : "lt"} ${get(value)} ${get(best)}) (then`,
      () => {
        setLocal(code, best, get(value));
        setLocal(code, at, get(count));
      },
      "))",
    );
    setLocal(code, count, `(i32.add ${get(count)} (i32.const 1))`);
  });
  return { text: get(at), kind: "i32", lanes: 1 };
}

/** The accumulators side by side in the widest tile: enough to hide the latency of an addition. */
const TILE = 4;

/** The stage `steps` turns further along some loops. */
function shiftedStage(stage: Reduce, moves: readonly (readonly [string, number])[]): Pick<Reduce, "lets" | "stores"> {
  const value = (expr: Expr): Expr => moves.reduce((e, [loop, steps]) => shifted(e, loop, steps), expr);
  const offset = (strides: Readonly<Record<string, number>>): number =>
    moves.reduce((sum, [loop, steps]) => sum + (strides[loop] ?? 0) * steps, 0);
  return {
    lets: stage.lets.map((one) => ({ ...one, value: value(one.value) })),
    stores: stage.stores.map((store) => ({
      ...store,
      address: { ...store.address, offset: store.address.offset + offset(store.address.strides) },
      value: value(store.value),
    })),
  };
}

/** Binds and stores the finished sum of the point that lies so many steps further. */
export function finish(
  scope: Scope,
  stage: Reduce,
  inner: Inner | undefined,
  sum: Term,
  moves: readonly (readonly [string, number])[],
  lanes: Lanes,
): void {
  const own: Scope = { ...scope, locals: new Map([...scope.locals, [stage.result, sum]]) };
  const { lets, stores } = shiftedStage(stage, moves);
  writePoint(own, writer(own, inner, [], []), lets, stores, lanes);
}

/** Tiles of `vectors` vectors along `loop` and of all turns of `row`, if there is one; returns where they end. */
function writeTiles(scope: Scope, stage: Reduce, loop: Loop, span: Span, vectors: number, row?: Loop): string {
  const { code } = scope;
  const index = code.local("i32", "tile");
  const end = code.local("i32", "end");
  setLocal(code, end, `(i32.sub ${span.to} ${i32(4 * vectors - 1)})`);
  const turns = row === undefined ? 1 : largest(row.extent);
  const moves = Array.from({ length: vectors }, (_, k) =>
    Array.from({ length: turns }, (_, turn): readonly (readonly [string, number])[] => [
      [loop.name, 4 * k],
      ...(row === undefined ? [] : [[row.name, turn] as const]),
    ]),
  ).flat();
  forLoop(code, index, span.from, get(end), 4 * vectors, () => {
    const bytes = code.local("i32", "tile_bytes");
    setLocal(code, bytes, `(i32.shl ${get(index)} (i32.const 2))`);
    const inner: Inner = { loop: loop.name, index, bytes };
    const along = withLoop(scope, loop, get(index));
    const inside = row === undefined ? along : withLoop(along, row, i32(0));
    // A vector shifted once is one expression in all turns, so that they share what it reads.
    const columns = Array.from({ length: vectors }, (_, k) => shifted(stage.term, loop.name, 4 * k));
    const terms = columns.flatMap((term) =>
      Array.from({ length: turns }, (_, turn) => (row === undefined ? term : shifted(term, row.name, turn))),
    );
    for (const [i, sum] of accumulate(inside, stage, terms, 4, inner).entries())
      finish(inside, stage, inner, sum, moves[i] ?? [], 4);
  });
  return get(index);
}

/** The results of one row: neighbours along `loop`, from `span.from` on. */
export function writeReduceRow(scope: Scope, stage: Reduce, loop: Loop, span: Span): void {
  const vector = runsInLanes(scope, stage, loop);
  if (!vector) {
    innermost(scope, loop, span, false, (inside) => () => {
      const result = isPosition(stage)
        ? position(inside, stage)
        : accumulate(inside, stage, [stage.term], 1, undefined)[0];
      if (result !== undefined) finish(inside, stage, undefined, result, [], 1);
    });
    return;
  }
  // Tiles of several vectors come first, then single vectors, then single points.
  const rest = writeTiles(scope, stage, loop, span, TILE);
  innermost(scope, loop, { from: rest, to: span.to }, true, (inside, inner) => (lanes) => {
    const [sum] = accumulate(inside, stage, [stage.term], lanes, lanes === 4 ? inner : undefined);
    if (sum !== undefined) finish(inside, stage, lanes === 4 ? inner : undefined, sum, [], lanes);
  });
}

/** The most accumulators that registers hold beside what is read. */
export const ACCUMULATORS = 12;

/**
 * The short loop around the rows of a long sum whose turns read much of the same, as the places of a small window do: done
 * together, they read it once.
 */
export function sharingLoop(stage: Reduce, loops: readonly Loop[]): Loop | undefined {
  const row = loops[loops.length - 2];
  if (row === undefined || row.at !== undefined || typeof row.extent !== "number" || !isLongSum(stage))
    return undefined;
  if (row.extent < 2 || row.extent > ACCUMULATORS / 2) return undefined;
  const loads: Address[] = [];
  walk(stage.term, (e) => {
    if (e.kind === "load") loads.push(e.address);
  });
  const moving = loads.filter(({ strides }) => (strides[row.name] ?? 0) !== 0).length;
  return moving > 0 && moving < loads.length ? row : undefined;
}

/** The results of all turns of `row`, along a span of `loop`. */
export function writeReduceRows(scope: Scope, stage: Reduce, row: Loop, loop: Loop, span: Span): void {
  const vectors = Math.min(TILE, Math.floor(ACCUMULATORS / largest(row.extent)));
  const from = runsInLanes(scope, stage, loop) ? writeTiles(scope, stage, loop, span, vectors, row) : span.from;
  nest(scope, [row], (inside) => writeReduceRow(inside, stage, loop, { from, to: span.to }));
}

const isPosition = (stage: Reduce): boolean => stage.op === "arg_max" || stage.op === "arg_min";

/** A whole stage. `loops` are the result's loops not yet open. Without loops, later stages can use the result. */
export function writeReduce(scope: Scope, stage: Reduce, loops: readonly Loop[]): void {
  const last = loops[loops.length - 1];
  if (last !== undefined) {
    nest(scope, loops.slice(0, -1), (inside) => writeReduceRow(inside, stage, last, wholeSpan(last.extent)));
    return;
  }
  const result = single(scope, stage);
  if (result === undefined) return;
  scope.locals.set(stage.result, result);
  writePoint(scope, writer(scope, undefined, [], []), stage.lets, stage.stores, 1);
}

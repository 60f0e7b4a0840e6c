// Checks one kernel: loops are open and locals bound before they are used, buffers exist and are long enough, types agree,
// and no turn of the shared loops certainly touches an element that another turn stores.

import { range } from "./address.ts";
import { turnsOf } from "./expression.ts";
import { racesOf } from "./loopRaces.ts";
import type { Address, Buffer, Expr, Extent, Guard, Kernel, Stage } from "./loops.ts";
import { typeOfExpr } from "./loopTypes.ts";
import { scalarFunction } from "./scalar.ts";
import type { DType } from "./types.ts";

/** The facts about a buffer that the checks need. */
export interface BufferFacts {
  readonly dtype: DType;
  /** The number of its elements; undefined if `reaches` asks for all accesses instead. */
  readonly length: number | undefined;
  readonly role?: Buffer["role"];
}

/** The elements from `low` to `high` of a buffer, which must hold them. */
export interface Reach {
  readonly buffer: string;
  readonly low: number;
  readonly high: number;
}
export type BufferNamed = (name: string) => BufferFacts | undefined;

type Extents = ReadonlyMap<string, Extent>;

/** The names in scope at a point of a kernel, and the problems found so far. */
interface Scope {
  readonly buffer: BufferNamed;
  /** Locals that can be used here, with their types. */
  readonly locals: Map<string, DType>;
  readonly problems: string[];
  readonly reaches: Reach[];
}

const isOpen = (address: Address, extents: Extents): boolean =>
  Object.keys(address.strides).every((loop) => extents.has(loop));

/** The problem of a buffer that does not hold some elements; undefined if it does. */
export function outside({ buffer, low, high }: Reach, facts: BufferFacts | undefined): string | undefined {
  if (facts === undefined) return `no buffer ${buffer}`;
  if (facts.length === undefined || (low >= 0 && high < facts.length)) return undefined;
  return `${buffer}[${low} … ${high}] leaves its ${facts.length} elements`;
}

function expectInside(
  { buffer, problems, reaches }: Scope,
  name: string,
  address: Address,
  extents: Extents,
  count = 1,
): void {
  const facts = buffer(name);
  if (facts === undefined) {
    problems.push(`no buffer ${name}`);
    return;
  }
  if (!isOpen(address, extents)) {
    problems.push(`an address of ${name} uses a loop that is not there`);
    return;
  }
  const [low, end] = range(address, extents);
  const high = end + count - 1;
  const reach = { buffer: name, low, high };
  if (facts.length === undefined) reaches.push(reach);
  const problem = outside(reach, facts);
  if (problem !== undefined) problems.push(problem);
}

function expectGuards({ problems }: Scope, guards: readonly Guard[], extents: Extents): void {
  for (const { index } of guards) if (!isOpen(index, extents)) problems.push("a guard uses a loop that is not there");
}

/** Behind a guard (`guarded`) the range of an address is not affine: the guard keeps it in range. */
function verifyExpr(scope: Scope, expr: Expr, extents: Extents, guarded = false): void {
  const { problems } = scope;
  switch (expr.kind) {
    case "load":
      expectGuards(scope, expr.guards, extents);
      if (expr.guards.length === 0 && !guarded) expectInside(scope, expr.buffer, expr.address, extents);
      else if (scope.buffer(expr.buffer) === undefined) problems.push(`no buffer ${expr.buffer}`);
      else if (!isOpen(expr.address, extents))
        problems.push(`an address of ${expr.buffer} uses a loop that is not there`);
      return;
    case "index":
      if (!isOpen(expr.address, extents)) problems.push("an index uses a loop that is not there");
      return;
    case "random":
      verifyExpr(scope, expr.seed, extents, guarded);
      verifyExpr(scope, expr.step, extents, guarded);
      if (!isOpen(expr.element, extents)) problems.push("a random number uses a loop that is not there");
      return;
    case "apply":
      if (scalarFunction(expr.fn).arity !== expr.args.length)
        problems.push(`${expr.fn} has ${expr.args.length} arguments`);
      for (const arg of expr.args) verifyExpr(scope, arg, extents, guarded);
      return;
    case "guarded":
      expectGuards(scope, expr.guards, extents);
      verifyExpr(scope, expr.value, extents, true);
      return;
    case "local":
      if (!scope.locals.has(expr.name)) problems.push(`local ${expr.name} is not in scope`);
      return;
    case "number":
    case "batch":
      return;
  }
}

const typeIn = ({ buffer, locals }: Scope, expr: Expr): DType | undefined =>
  typeOfExpr(expr, { buffer: (name) => buffer(name)?.dtype, local: (name) => locals.get(name) });

/** Reports a number with a fraction where the type holds whole numbers only. */
function expectType(scope: Scope, what: string, expr: Expr, dtype: DType | undefined): void {
  if (dtype !== undefined && dtype !== "f32" && typeIn(scope, expr) === "f32")
    scope.problems.push(`${what} is ${dtype}, its value f32`);
}

/** Checks the values that name turns: only a stage `each` has them, and each uses the loops before its own. */
function verifyTurns(scope: Scope, kernel: Kernel, stage: Stage, extents: Extents): void {
  if (turnsOf(kernel.loops).length > 0) scope.problems.push("a shared loop takes one turn");
  if (stage.kind === "fill") return;
  const own = stage.kind === "each" ? [] : stage.kind === "reduce" ? [...stage.loops, ...stage.over] : stage.loops;
  if (turnsOf(own).length > 0) scope.problems.push(`a loop of a stage ${stage.kind} takes one turn`);
  const open = new Map(extents);
  for (const { name } of stage.loops) open.delete(name);
  for (const { name, extent, at } of stage.loops) {
    if (at !== undefined) {
      verifyExpr(scope, at, open);
      expectType(scope, `the turn of '${name}'`, at, "i32");
      if (typeof extent !== "number") scope.problems.push(`'${name}' takes one turn of the batch`);
    }
    open.set(name, extent);
  }
}

type Point = Extract<Stage, { kind: "each" | "reduce" }>;

function verifyPoint(scope: Scope, stage: Point, outer: Extents, bind: (name: string, dtype: DType) => void): void {
  for (const { name, dtype, value } of stage.lets) {
    verifyExpr(scope, value, outer);
    expectType(scope, `local ${name}`, value, dtype);
    bind(name, dtype);
  }
  for (const { buffer, address, value } of stage.stores) {
    expectInside(scope, buffer, address, outer);
    verifyExpr(scope, value, outer);
    expectType(scope, buffer, value, scope.buffer(buffer)?.dtype);
  }
}

function verifyStage(
  scope: Scope,
  stage: Stage,
  [outer, inner]: readonly [Extents, Extents],
  bind: (name: string, dtype: DType) => void,
): void {
  switch (stage.kind) {
    case "fill":
      expectInside(scope, stage.buffer, stage.range.address, outer, stage.range.count);
      return;
    case "scatter":
      expectGuards(scope, stage.guards, inner);
      expectInside(scope, stage.buffer, stage.clear.address, outer, stage.clear.count);
      if (stage.guards.length === 0) expectInside(scope, stage.buffer, stage.address, inner);
      verifyExpr(scope, stage.term, inner, stage.guards.length > 0);
      verifyExpr(scope, stage.value, outer);
      return;
    case "reduce": {
      if (stage.chunk > stage.over.length) scope.problems.push("more chunk loops than loops");
      verifyExpr(scope, stage.term, inner);
      const isPlace = stage.op === "arg_max" || stage.op === "arg_min";
      bind(stage.result, isPlace ? "i32" : (typeIn(scope, stage.term) ?? "f32"));
      verifyPoint(scope, stage, outer, bind);
      return;
    }
    case "each":
      verifyPoint(scope, stage, outer, bind);
  }
}

/** The problems of a kernel, in the order of its stages; empty for a sound one. */
export const verifyKernel = (kernel: Kernel, buffer: BufferNamed): readonly string[] =>
  inspect(kernel, buffer).problems;

/** The same for a kernel over buffers of unknown length, and the elements that these must hold. */
export function inspect(
  kernel: Kernel,
  buffer: BufferNamed,
): { readonly problems: readonly string[]; readonly reaches: readonly Reach[] } {
  const reaches: Reach[] = [];
  const problems: string[] = [];
  const shared = new Map<string, DType>();
  const bound = new Set<string>();
  for (const stage of kernel.stages) {
    const loops = [...kernel.loops, ...(stage.kind === "fill" ? [] : stage.loops)];
    const over = stage.kind === "reduce" || stage.kind === "scatter" ? stage.over : [];
    const outer = new Map(loops.map((l) => [l.name, l.extent]));
    const inner = over.length === 0 ? outer : new Map([...outer, ...over.map((l) => [l.name, l.extent] as const)]);
    if (inner.size !== loops.length + over.length) problems.push("two loops have one name");
    const isShared = stage.kind !== "fill" && stage.loops.length === 0;
    // The locals of a stage with its own loops end with the stage.
    const scope: Scope = { buffer, locals: isShared ? shared : new Map(shared), problems, reaches };
    verifyTurns(scope, kernel, stage, outer);
    verifyStage(scope, stage, [outer, inner], (name, dtype) => {
      if (bound.has(name)) problems.push(`local ${name} is bound twice`);
      bound.add(name);
      scope.locals.set(name, dtype);
    });
  }
  return {
    problems: problems.length > 0 ? problems : racesOf(kernel, (name) => buffer(name)?.role === "turn"),
    reaches,
  };
}

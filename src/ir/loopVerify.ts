// What must hold of every LoopProgram: names are known, every address stays in its buffer, and buffers that are alive at
// the same time do not overlap.

import type { Address, Expr, Extent, Guard, Kernel, LoopProgram, Stage } from "./loops.ts";

const largest = (extent: Extent): number => (typeof extent === "number" ? extent : extent.batch);

function reach(address: Address, extents: ReadonlyMap<string, Extent>): readonly [number, number] | undefined {
  let low = address.offset;
  let high = address.offset;
  for (const [loop, stride] of Object.entries(address.strides)) {
    const extent = extents.get(loop);
    if (extent === undefined) return undefined;
    const far = stride * (largest(extent) - 1);
    if (far > 0) high += far;
    else low += far;
  }
  return [low, high];
}

/** Problems of the program, in its order; none means it is well formed. */
export function verifyLoops(program: LoopProgram): readonly string[] {
  const problems: string[] = [];
  const buffers = new Map(program.buffers.map((b) => [b.name, b]));
  const width = (name: string): number => (buffers.get(name)?.dtype === "u8" ? 1 : 4);

  for (const buffer of program.buffers) {
    if (buffer.offset % width(buffer.name) !== 0) problems.push(`buffer ${buffer.name} is not aligned`);
    if (buffer.offset + buffer.length * width(buffer.name) > program.arenaBytes)
      problems.push(`buffer ${buffer.name} leaves the arena`);
  }
  for (const slot of program.slots) {
    const length = slot.shape.reduce((a, b) => a * b, 1);
    const buffer = buffers.get(slot.buffer);
    if (buffer === undefined || slot.start + length > buffer.length)
      problems.push(`slot ${slot.name} leaves its buffer`);
  }
  for (const fn of program.functions) {
    for (const kernel of fn.kernels)
      for (const problem of verifyKernel(kernel, (name) => buffers.get(name)?.length))
        problems.push(`${fn.name}, ${kernel.name}: ${problem}`);
    problems.push(...overlaps(fn.kernels, program).map((p) => `${fn.name}: ${p}`));
  }
  return problems;
}

function verifyKernel(kernel: Kernel, lengthOf: (buffer: string) => number | undefined): readonly string[] {
  const problems: string[] = [];
  const locals = new Set<string>();
  const bound = new Set<string>();
  for (const stage of kernel.stages) {
    const loops = [...kernel.loops, ...(stage.kind === "fill" ? [] : stage.loops)];
    const over = stage.kind === "reduce" || stage.kind === "scatter" ? stage.over : [];
    const outer = new Map(loops.map((l) => [l.name, l.extent]));
    const inner = new Map([...outer, ...over.map((l) => [l.name, l.extent] as const)]);
    if (inner.size !== loops.length + over.length) problems.push("two loops have one name");
    const scope = new Set(locals);

    const inside = (buffer: string, address: Address, extents: ReadonlyMap<string, Extent>, count = 1): void => {
      const length = lengthOf(buffer);
      const range = reach(address, extents);
      if (length === undefined) problems.push(`no buffer ${buffer}`);
      else if (range === undefined) problems.push(`an address of ${buffer} uses a loop that is not there`);
      else if (range[0] < 0 || range[1] + count > length)
        problems.push(`${buffer}[${range[0]} … ${range[1] + count - 1}] leaves its ${length} elements`);
    };
    const known = (guards: readonly Guard[], extents: ReadonlyMap<string, Extent>): void => {
      for (const guard of guards)
        if (reach(guard.index, extents) === undefined) problems.push("a guard uses a loop that is not there");
    };
    const visit = (expr: Expr, extents: ReadonlyMap<string, Extent>, guarded: boolean): void => {
      switch (expr.kind) {
        case "load":
          known(expr.guards, extents);
          // Behind a guard the range is not affine; the guard itself keeps it in.
          if (expr.guards.length === 0 && !guarded) inside(expr.buffer, expr.address, extents);
          else if (lengthOf(expr.buffer) === undefined) problems.push(`no buffer ${expr.buffer}`);
          return;
        case "index":
          if (reach(expr.address, extents) === undefined) problems.push("an index uses a loop that is not there");
          return;
        case "random":
          visit(expr.seed, extents, guarded);
          visit(expr.step, extents, guarded);
          if (reach(expr.element, extents) === undefined)
            problems.push("a random number uses a loop that is not there");
          return;
        case "apply":
          for (const arg of expr.args) visit(arg, extents, guarded);
          return;
        case "guarded":
          known(expr.guards, extents);
          visit(expr.value, extents, true);
          return;
        case "local":
          if (!scope.has(expr.name)) problems.push(`local ${expr.name} is not in scope`);
          return;
        case "number":
        case "batch":
          return;
      }
    };
    const bind = (name: string): void => {
      if (bound.has(name)) problems.push(`local ${name} is bound twice`);
      bound.add(name);
      scope.add(name);
    };
    verifyStage(stage, { outer, inner, inside, known, visit, bind }, problems);
    if (stage.kind !== "fill" && stage.loops.length === 0) for (const name of scope) locals.add(name);
  }
  return problems;
}

interface Scope {
  readonly outer: ReadonlyMap<string, Extent>;
  readonly inner: ReadonlyMap<string, Extent>;
  inside(buffer: string, address: Address, extents: ReadonlyMap<string, Extent>, count?: number): void;
  known(guards: readonly Guard[], extents: ReadonlyMap<string, Extent>): void;
  visit(expr: Expr, extents: ReadonlyMap<string, Extent>, guarded: boolean): void;
  bind(name: string): void;
}

function verifyStage(stage: Stage, scope: Scope, problems: string[]): void {
  const { outer, inner } = scope;
  switch (stage.kind) {
    case "fill":
      scope.inside(stage.buffer, stage.range.address, outer, stage.range.count);
      return;
    case "scatter":
      scope.known(stage.guards, inner);
      scope.inside(stage.buffer, stage.clear.address, outer, stage.clear.count);
      if (stage.guards.length === 0) scope.inside(stage.buffer, stage.address, inner);
      scope.visit(stage.term, inner, stage.guards.length > 0);
      scope.visit(stage.value, outer, false);
      return;
    case "reduce":
      if (stage.chunk > stage.over.length) problems.push("more chunk loops than loops");
      scope.visit(stage.term, inner, false);
      scope.bind(stage.result);
      break;
    case "each":
      break;
  }
  for (const one of stage.lets) {
    scope.visit(one.value, outer, false);
    scope.bind(one.name);
  }
  for (const store of stage.stores) {
    scope.inside(store.buffer, store.address, outer);
    scope.visit(store.value, outer, false);
  }
}

/** Temporaries that share memory while both are needed. */
function overlaps(kernels: readonly Kernel[], program: LoopProgram): readonly string[] {
  const spans = new Map<string, { from: number; to: number }>();
  const touch = (name: string, i: number): void => {
    const span = spans.get(name);
    if (span === undefined) spans.set(name, { from: i, to: i });
    else span.to = i;
  };
  const visit = (expr: Expr, i: number): void => {
    if (expr.kind === "load") touch(expr.buffer, i);
    else if (expr.kind === "apply") for (const arg of expr.args) visit(arg, i);
    else if (expr.kind === "guarded") visit(expr.value, i);
    else if (expr.kind === "random") {
      visit(expr.seed, i);
      visit(expr.step, i);
    }
  };
  kernels.forEach((kernel, i) => {
    for (const stage of kernel.stages) {
      if (stage.kind === "fill") touch(stage.buffer, i);
      else if (stage.kind === "scatter") {
        touch(stage.buffer, i);
        visit(stage.term, i);
        visit(stage.value, i);
      } else {
        if (stage.kind === "reduce") visit(stage.term, i);
        for (const one of stage.lets) visit(one.value, i);
        for (const store of stage.stores) {
          touch(store.buffer, i);
          visit(store.value, i);
        }
      }
    }
  });
  const placed = program.buffers.flatMap((b) => {
    const bytes = b.length * (b.dtype === "u8" ? 1 : 4);
    const span = b.role === "temporary" ? spans.get(b.name) : { from: 0, to: kernels.length };
    return span === undefined ? [] : [{ name: b.name, start: b.offset, end: b.offset + bytes, ...span }];
  });
  const problems: string[] = [];
  placed.forEach((a, i) => {
    for (const b of placed.slice(i + 1))
      if (a.start < b.end && b.start < a.end && a.from <= b.to && b.from <= a.to)
        problems.push(`${a.name} and ${b.name} overlap`);
  });
  return problems;
}

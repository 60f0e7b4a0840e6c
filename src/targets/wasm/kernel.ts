// Prints one kernel as one function of WebAssembly text: `kernel(samples, from, to, scratch, args)` does the units of work
// from `from` to before `to`. Units are independent, so threads can share them in any way. Each thread that does some first
// calls `kernel_prologue(samples, scratch, args)`, which prepares the data that all units share. If calls differ, `args` is
// the address of this call's arguments.

import { loadsOf, writesOf } from "../../ir/expression.ts";
import type { Kernel, Loop, Stage } from "../../ir/loops.ts";
import type { SharedKernel } from "../loops/share.ts";
import type { TileSet } from "./contract/layout.ts";
import { planContract } from "./contract/plan.ts";
import { type ContractText, contractText } from "./contract/write.ts";
import { crossesLast, writeEach, writeRow } from "./each.ts";
import { nest, openTurn, type Span } from "./loops.ts";
import { sharingLoop, writeReduce, writeReduceRow, writeReduceRows } from "./reduce.ts";
import { writeFill, writeScatter } from "./scatter.ts";
import { type BufferPlace, extentText, type Scope, samples } from "./scope.ts";
import { addI32, type Code, forLoop, functionText, get, i32, scaleI32, setLocal } from "./wat.ts";
import { windowBytes, windowOf, windowPiece, writeWindow } from "./windowSums.ts";

export interface KernelSet extends TileSet {
  /** The functions of the module that kernels call. */
  readonly calls: Set<string>;
  buffer(name: string): BufferPlace;
}

export interface KernelText {
  readonly name: string;
  readonly text: string;
  readonly prologue?: { readonly name: string; readonly text: string };
  /** The number of units for `$samples` samples, as text: the same for all calls. */
  readonly units: string;
  /** The number of units that share work, so that one thread should do them, as text over `$threads`. */
  readonly grain: string;
  /** Whether there can be more than one unit. */
  readonly parallel: boolean;
  readonly scratchBytes: number;
  /** Whether it calls tiles. Tiles differ between the forms of a module. */
  readonly hasTiles: boolean;
}

const scratch = "(local.get $scratch)";
const ownLoops = (stage: Stage): readonly Loop[] => (stage.kind === "fill" ? [] : stage.loops);

/** The target number of units: enough for many threads, few enough that each is worth its loop. */
const MANY_UNITS = 64;
const POINTS = 2048;
const ROW = 16;

type Body = (scope: Scope, span: Span) => void;
interface Work {
  readonly units: string;
  readonly grain: string;
  readonly parallel: boolean;
  readonly scratchBytes: number;
  readonly hasTiles: boolean;
  prologue?(scope: Scope): void;
  readonly body: Body;
}

const isNumber = (text: string): boolean => text.startsWith("(i32.const");

/** Units that are turns of some loops. The number of a unit determines its turn. */
function byTurns(loops: readonly Loop[], body: (scope: Scope) => void): Pick<Work, "units" | "parallel" | "body"> {
  const units = loops.reduce((text, l) => {
    const extent = extentText(l.extent);
    if (text === i32(1)) return extent;
    if (isNumber(extent) && typeof l.extent === "number") return scaleI32(text, l.extent);
    return `(i32.mul ${text} ${extent})`;
  }, i32(1));
  return {
    units,
    parallel: loops.some((l) => l.extent !== 1),
    body(scope, span) {
      const { code } = scope;
      const unit = code.local("i32", "unit");
      forLoop(code, unit, span.from, span.to, 1, () => {
        const rest = code.local("i32", "rest");
        setLocal(code, rest, get(unit));
        body(openTurn(scope, loops, rest, true));
      });
    },
  };
}

/** Units that are pieces of one loop that runs along memory. */
function byPieces(
  loop: Loop,
  size: number,
  body: (scope: Scope, span: Span) => void,
): Pick<Work, "units" | "parallel" | "body"> {
  const extent = extentText(loop.extent);
  const units =
    typeof loop.extent === "number"
      ? i32(Math.ceil(loop.extent / size))
      : `(i32.div_u (i32.add ${samples} ${i32(size - 1)}) ${i32(size)})`;
  return {
    units,
    parallel: typeof loop.extent !== "number" || loop.extent > size,
    // Neighbouring pieces are one span.
    body(scope, span) {
      const [from, to] = [scope.code.local("i32", "from_point"), scope.code.local("i32", "to_point")];
      setLocal(scope.code, from, scaleI32(span.from, size));
      const end = scaleI32(span.to, size);
      setLocal(scope.code, to, `(select ${end} ${extent} (i32.lt_s ${end} ${extent}))`);
      scope.code.form(
        `(if (i32.lt_s ${get(from)} ${get(to)}) (then`,
        () => body(scope, { from: get(from), to: get(to) }),
        "))",
      );
    },
  };
}

/** Units that are pieces of a loop of `extent` turns along memory, for each turn of the loops around it. */
function byTurnsAndPieces(
  around: readonly Loop[],
  loop: Loop,
  extent: number,
  size: number,
  body: (scope: Scope, span: Span) => void,
): Pick<Work, "units" | "parallel" | "body"> {
  const pieces: Loop = { name: `piece_of_${loop.name}`, extent: Math.ceil(extent / size) };
  return byTurns([...around, pieces], (scope) => {
    const { code } = scope;
    const [from, to] = [code.local("i32", "from_point"), code.local("i32", "to_point")];
    setLocal(code, from, scaleI32(scope.loops.get(pieces.name) ?? i32(0), size));
    const end = addI32(get(from), i32(size));
    setLocal(code, to, `(select ${end} ${i32(extent)} (i32.lt_s ${end} ${i32(extent)}))`);
    body(scope, { from: get(from), to: get(to) });
  });
}

/** The number of outer loops that make enough units. */
function unitLoops(loops: readonly Loop[]): number {
  let turns = 1;
  for (const [i, loop] of loops.entries()) {
    turns *= typeof loop.extent === "number" ? loop.extent : loop.extent.batch;
    if (turns >= MANY_UNITS) return i + 1;
  }
  return loops.length;
}

function contractOf(
  stage: Stage,
  loops: readonly Loop[],
  set: KernelSet,
  at: string,
  shared: boolean,
): ContractText | undefined {
  if (stage.kind !== "reduce") return undefined;
  const isFloat = (name: string): boolean => set.buffer(name).dtype === "f32";
  const plan = planContract(stage, loops, isFloat, shared, (name) => set.buffer(name).turn !== undefined);
  return plan === undefined ? undefined : contractText(stage, plan, set, at);
}

/** The points of a loop in a unit: fewer if each has many results. */
const piece = (stage: Extract<Stage, { kind: "each" | "reduce" }>): number =>
  stage.kind === "reduce" ? ROW : Math.max(ROW, Math.floor(POINTS / stage.stores.length / ROW) * ROW);

/** A kernel of one stage with independent points: threads can share all of its loops. */
function singleStage(stage: Extract<Stage, { kind: "each" | "reduce" }>, loops: readonly Loop[], set: KernelSet): Work {
  const contract = contractOf(stage, loops, set, scratch, true);
  if (contract !== undefined)
    return {
      units: contract.units,
      grain: contract.grain,
      parallel: true,
      scratchBytes: contract.scratchBytes,
      hasTiles: true,
      ...(contract.prologue === undefined ? {} : { prologue: contract.prologue }),
      body: (scope, span) => contract.body(scope, span),
    };
  // Threads share turns: what lies within a loop of one turn is one piece of work.
  const single = loops.findIndex(({ at }) => at !== undefined);
  const last = loops[loops.length - 1];
  const simple = { grain: i32(1), scratchBytes: 0, hasTiles: false };
  if (last === undefined || single === 0) return manyStages([stage], [], set);
  const row = (scope: Scope, span: Span): void =>
    stage.kind === "each" ? writeRow(scope, stage, last, span) : writeReduceRow(scope, stage, last, span);
  if (loops.length === 1) return { ...simple, ...byPieces(last, piece(stage), row) };
  const window = stage.kind === "reduce" && single < 0 ? windowOf(stage, loops) : undefined;
  if (stage.kind === "reduce" && window !== undefined && typeof last.extent === "number")
    return {
      ...{ ...simple, scratchBytes: windowBytes },
      ...byTurnsAndPieces(loops.slice(0, -3), last, last.extent, windowPiece(last.extent), (scope, span) =>
        writeWindow(scope, stage, window, last, span, scratch),
      ),
    };
  const sharing = stage.kind === "reduce" && single < 0 ? sharingLoop(stage, loops) : undefined;
  if (stage.kind === "reduce" && sharing !== undefined && typeof last.extent === "number")
    return {
      ...simple,
      ...byTurnsAndPieces(loops.slice(0, -2), last, last.extent, ROW, (scope, span) =>
        writeReduceRows(scope, stage, sharing, last, span),
      ),
    };
  const inner = stage.kind === "each" && crossesLast(stage, loops) ? 2 : 1;
  const count = unitLoops(loops.slice(0, single < 0 ? -inner : single));
  const inside = loops.slice(count);
  const whole = (scope: Scope): void => {
    if (stage.kind === "each") writeEach(scope, stage, inside);
    else writeReduce(scope, stage, inside);
  };
  return { ...simple, ...byTurns(loops.slice(0, count), whole) };
}

/** A kernel of several stages that share its loops. */
function manyStages(stages: readonly Stage[], loops: readonly Loop[], set: KernelSet, turnBytes = 0): Work {
  let bytes = turnBytes;
  const contracts = stages.map((stage) => {
    const own = ownLoops(stage);
    const contract = own.length === 0 ? undefined : contractOf(stage, own, set, addI32(scratch, i32(bytes)), false);
    bytes += contract?.scratchBytes ?? 0;
    return contract;
  });
  const whole = (scope: Scope): void => {
    // Locals last for one turn of the shared loops.
    const turn: Scope = { ...scope, locals: new Map(scope.locals) };
    stages.forEach((stage, i) => {
      const contract = contracts[i];
      if (contract !== undefined) contract.body(turn, { from: i32(0), to: contract.units });
      else writeStage(turn, stage);
    });
  };
  const prologues = contracts.flatMap((contract) => contract?.prologue ?? []);
  return {
    ...byTurns(loops, whole),
    grain: i32(1),
    scratchBytes: bytes,
    hasTiles: contracts.some((contract) => contract !== undefined),
    ...(prologues.length === 0
      ? {}
      : {
          prologue(scope: Scope) {
            for (const prologue of prologues) prologue(scope);
          },
        }),
  };
}

function writeStage(scope: Scope, stage: Stage): void {
  switch (stage.kind) {
    case "each":
      writeEach(scope, stage, stage.loops);
      break;
    case "reduce":
      writeReduce(scope, stage, stage.loops);
      break;
    case "scatter":
      writeScatter(scope, stage);
      break;
    case "fill":
      nest(scope, [], () => writeFill(scope, stage.buffer, stage.range, stage.value));
  }
}

const parameters = (...names: readonly string[]) => names.map((name) => ({ name, type: "i32" as const }));

/** A scope with the kernel's arguments, which it first reads into locals. */
function open(shared: SharedKernel, set: KernelSet, code: Code): Scope {
  const argument = (index: number, name: string): string => {
    const local = code.local("i32", name);
    setLocal(code, local, `(i32.load offset=${4 * index} (local.get $args))`);
    return get(local);
  };
  const places = new Map(
    shared.parameters.map(({ name, dtype }, i): [string, BufferPlace] => [
      name,
      { dtype, base: argument(i, name), offset: 0 },
    ]),
  );
  const streams = new Map(
    [...shared.streams].map(([stream, i]) => [stream, argument(shared.parameters.length + i, "stream")]),
  );
  return {
    code,
    calls: set.calls,
    buffer: (name) => places.get(name) ?? set.buffer(name),
    stream: (stream) => streams.get(stream) ?? i32(stream | 0),
    loops: new Map(),
    extents: new Map(),
    locals: new Map(),
  };
}

/**
 * The places of the buffers that last for a turn, at the start of a thread's scratch memory: the largest first, each at the lowest
 * place that is free from the first stage that uses it to the last.
 */
function turnPlaces({ stages }: Kernel, set: KernelSet) {
  const spans = new Map<string, { readonly from: number; readonly to: number; readonly turn: number }>();
  stages.forEach((stage, at) => {
    for (const name of [...writesOf(stage), ...loadsOf(stage).map(({ buffer }) => buffer)]) {
      const { turn } = set.buffer(name);
      if (turn !== undefined) spans.set(name, { from: spans.get(name)?.from ?? at, to: at, turn });
    }
  });
  const places = new Map<string, BufferPlace>();
  const taken: { readonly from: number; readonly to: number; readonly start: number; readonly end: number }[] = [];
  for (const [name, { from, to, turn }] of [...spans].sort(([, a], [, b]) => b.turn - a.turn)) {
    let start = 0;
    for (const other of taken.toSorted((a, b) => a.start - b.start))
      if (other.from <= to && from <= other.to && start < other.end && other.start < start + turn) start = other.end;
    taken.push({ from, to, start, end: start + turn });
    places.set(name, { dtype: set.buffer(name).dtype, turn, base: scratch, offset: start });
  }
  return { places, bytes: Math.max(0, ...taken.map(({ end }) => end)) };
}

/** The function of a kernel. It adds the functions that it calls to `set`. */
export function kernelText(shared: SharedKernel, set: KernelSet, comment: readonly string[]): KernelText {
  const { kernel, name } = shared;
  const dtypes = new Map(shared.parameters.map((parameter) => [parameter.name, parameter]));
  const passed: KernelSet = {
    ...set,
    buffer(buffer) {
      const parameter = dtypes.get(buffer);
      return parameter === undefined ? set.buffer(buffer) : { dtype: parameter.dtype, offset: 0 };
    },
  };
  const own = turnPlaces(kernel, passed);
  const known: KernelSet = { ...passed, buffer: (buffer) => own.places.get(buffer) ?? passed.buffer(buffer) };
  const [only] = kernel.stages;
  const { prologue, body, ...work } =
    kernel.stages.length === 1 && (only?.kind === "each" || only?.kind === "reduce")
      ? singleStage(only, [...kernel.loops, ...ownLoops(only)], known)
      : manyStages(kernel.stages, kernel.loops, known, own.bytes);
  const text = functionText(
    name,
    parameters("samples", "from", "to", "scratch", "args"),
    (code) => body(open(shared, known, code), { from: "(local.get $from)", to: "(local.get $to)" }),
    { comment },
  );
  if (prologue === undefined) return { ...work, name, text };
  const before = `${name}_prologue`;
  const beforeText = functionText(before, parameters("samples", "scratch", "args"), (code) =>
    prologue(open(shared, known, code)),
  );
  return { ...work, name, text, prologue: { name: before, text: beforeText } };
}

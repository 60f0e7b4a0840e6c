// A LoopProgram as one WebAssembly module, as text: tiles, kernels, and the functions that run them in order on all threads.
// Memory is imported: the arena, a second set of the columns of a batch, the control block, then a scratch region for each
// thread. A command says which set of columns it reads, so that the other can be filled meanwhile.

import type { Kernel, LoopFunction, LoopProgram } from "../../ir/loops.ts";
import { columnsOf } from "../programText.ts";
import { minText } from "./contract/blocks.ts";
import { type Tile, type TileChoice, tileFunction } from "./contract/micro.ts";
import { type KernelSet, type KernelText, kernelText } from "./kernel.ts";
import { mathFunction } from "./math.ts";
import { randomFunctions } from "./random.ts";
import { type BufferPlace, samples, widthOf } from "./scope.ts";
import { CLAIM_BYTES, CONTROL_BYTES, type Regions, threadFunctions } from "./threads.ts";
import { addI32, functionText, get, i32, quotient, setLocal } from "./wat.ts";

export interface ModuleText {
  readonly wat: string;
  /** How far behind its columns of a batch the second set of them lies. */
  readonly columnsShift: number;
  /** Where the control block begins. */
  readonly control: number;
  /** Where the scratch regions begin, and how large each is. */
  readonly scratchStart: number;
  readonly scratchBytes: number;
  /** Names of programs in the order of their numbers. */
  readonly programs: readonly string[];
}

export interface ModuleOptions {
  readonly choice: TileChoice;
  /** Lines above each kernel. */
  readonly comment?: (kernel: Kernel) => readonly string[];
  /** Kernels that were written before, for another form of the module. */
  readonly known?: Map<Kernel, KnownKernel>;
  /** Exports each kernel under its name, `NAME.prologue` and `NAME.units`, which takes samples: for measurements. */
  readonly exportKernels?: boolean;
}

/** A kernel's text, the functions and tiles it calls, and the choice of tiles it was written for. */
export interface KnownKernel {
  readonly text: KernelText;
  readonly calls: Set<string>;
  readonly tiles: Map<string, Tile>;
  readonly choice: TileChoice;
}

/** How a tile multiplies and adds is inside its own function: a kernel that calls it knows only its shape. */
const servesFor = ({ text, choice }: KnownKernel, { width, rows }: TileChoice): boolean =>
  !text.hasTiles || (choice.width === width && choice.rows === rows);

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** All math functions that are called, directly or by others, each after those it calls. */
function calledFunctions(names: ReadonlySet<string>): readonly string[] {
  const texts = new Map<string, string>();
  const visit = (name: string): void => {
    if (texts.has(name)) return;
    const random = randomFunctions.get(name);
    if (random !== undefined) {
      texts.set(name, random());
      return;
    }
    const base = name.slice(0, -2);
    const found = mathFunction(base);
    if (found === undefined) throw new Error(`compiler bug: no function '${name}' in WebAssembly`);
    texts.set(name, "");
    for (const other of found.calls) visit(`${other}_v`);
    if (name.endsWith("_s")) visit(`${base}_v`);
    texts.delete(name);
    texts.set(name, name.endsWith("_v") ? found.vector : found.scalar);
  };
  for (const name of [...names].sort()) visit(name);
  return [...texts.values()];
}

/** Where the columns of a batch lie, and how far behind them their second set. */
function placeColumns(program: LoopProgram) {
  const names = new Set(columnsOf(program).map(({ buffer }) => buffer));
  const own = program.buffers.filter(({ name }) => names.has(name));
  const arenaEnd = align(program.arenaBytes);
  const start = Math.min(...own.map(({ offset }) => offset), arenaEnd);
  const end = Math.max(start, ...own.map(({ offset, dtype, length }) => offset + length * widthOf(dtype)));
  return { names, start, bytes: align(end - start), shift: arenaEnd - start };
}

/** Kernels that run in one phase: one that threads share, or a few that one thread runs after each other. */
interface Phase {
  readonly texts: readonly KernelText[];
  readonly parallel: boolean;
}
function phasesOf(texts: readonly KernelText[]): readonly Phase[] {
  const phases: Phase[] = [];
  for (const text of texts) {
    const last = phases[phases.length - 1];
    if (last !== undefined && !last.parallel && !text.parallel)
      phases[phases.length - 1] = { texts: [...last.texts, text], parallel: false };
    else phases.push({ texts: [text], parallel: text.parallel });
  }
  return phases;
}

/** Runs the kernels of a program in phases; `first` is the number of the first one. */
function runFunction(fn: LoopFunction, texts: readonly KernelText[], regions: Regions): string {
  return functionText(
    `run_${fn.name}`,
    [
      { name: "thread", type: "i32" },
      { name: "threads", type: "i32" },
      { name: "samples", type: "i32" },
      { name: "first", type: "i32" },
    ],
    (code) => {
      const local = (name: string): string => code.local("i32", name);
      const [scratch, units, size, portions] = [local("scratch"), local("units"), local("size"), local("portions")];
      const [phase, turn, mine] = [local("phase"), local("turn"), local("mine")];
      const own = addI32(`(i32.mul (local.get $thread) ${i32(regions.bytes)})`, i32(regions.start + CLAIM_BYTES));
      setLocal(code, scratch, own);
      const call = ({ name, prologue }: KernelText, from: string, to: string): void => {
        if (prologue !== undefined)
          code.line(`(if (i32.eqz ${get(mine)}) (then (call $${prologue.name} ${samples} ${get(scratch)})))`);
        code.line(`(call $${name} ${samples} ${from} ${to} ${get(scratch)})`);
      };
      phasesOf(texts).forEach(({ texts: inPhase, parallel }, i) => {
        const [only] = inPhase;
        if (only === undefined) return;
        setLocal(code, phase, addI32("(local.get $first)", i32(i)));
        if (parallel) {
          setLocal(code, units, only.units);
          setLocal(code, size, `(call $portion ${get(units)} (local.get $threads) ${only.grain})`);
        }
        setLocal(code, portions, parallel ? quotient(get(units), get(size)) : i32(1));
        setLocal(code, mine, i32(0));
        const more = code.label("more");
        code.form(`(loop ${more}`, () => {
          setLocal(code, turn, `(call $claim (local.get $thread) (local.get $threads) ${get(phase)} ${get(portions)})`);
          code.form(
            `(if (i32.ge_s ${get(turn)} (i32.const 0)) (then`,
            () => {
              if (parallel) {
                const from = `(i32.mul ${get(turn)} ${get(size)})`;
                call(only, from, minText(addI32(from, get(size)), get(units)));
              } else for (const text of inPhase) call(text, i32(0), text.units);
              setLocal(code, mine, addI32(get(mine), i32(1)));
              code.line(`(br ${more})`);
            },
            "))",
          );
        });
        code.line(`(call $finish (local.get $threads) ${get(phase)} ${get(portions)} ${get(mine)})`);
      });
    },
  );
}

export function moduleText(program: LoopProgram, options: ModuleOptions): ModuleText {
  const columns = placeColumns(program);
  const places = new Map<string, BufferPlace>(
    program.buffers.map(({ name, dtype, offset }) => [
      name,
      columns.names.has(name) ? { dtype, offset, base: "(global.get $columns)" } : { dtype, offset },
    ]),
  );
  const tiles = new Map<string, Tile>();
  const calls = new Set<string>();
  const use = (kernel: KnownKernel): KernelText => {
    for (const name of kernel.calls) calls.add(name);
    for (const [name, tile] of kernel.tiles) tiles.set(name, tile);
    return kernel.text;
  };
  const set: Pick<KernelSet, "choice" | "buffer"> = {
    choice: options.choice,
    buffer(name) {
      const place = places.get(name);
      if (place === undefined) throw new Error(`compiler bug: no buffer '${name}'`);
      return place;
    },
  };
  const functions = program.functions.map((fn) => ({
    fn,
    texts: fn.kernels.map((kernel) => {
      const known = options.known?.get(kernel);
      if (known !== undefined && servesFor(known, options.choice)) return use(known);
      const own = { calls: new Set<string>(), tiles: new Map<string, Tile>() };
      const text = kernelText(kernel, { ...set, ...own }, options.comment?.(kernel) ?? []);
      const written = { text, ...own, choice: options.choice };
      options.known?.set(kernel, written);
      return use(written);
    }),
  }));
  const control = columns.start + columns.shift + columns.bytes;
  const scratchStart = control + CONTROL_BYTES;
  const scratchBytes =
    CLAIM_BYTES + align(Math.max(0, ...functions.flatMap(({ texts }) => texts.map((t) => t.scratchBytes))));
  const regions: Regions = { start: scratchStart, bytes: scratchBytes };
  const parts = [
    '(import "env" "memory" (memory 1 65536 shared))',
    "(global $columns (mut i32) (i32.const 0))",
    ...[...tiles].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tile]) => tileFunction(tile, options.choice.fused)),
    ...calledFunctions(calls),
    ...functions.flatMap(({ texts }) =>
      texts.flatMap((t) => [...(t.prologue === undefined ? [] : [t.prologue.text]), t.text]),
    ),
    ...functions.map(({ fn, texts }) => runFunction(fn, texts, regions)),
    ...threadFunctions(
      control,
      regions,
      functions.map(({ fn }) => `run_${fn.name}`),
    ),
    ...(options.exportKernels === true
      ? functions.flatMap(({ fn, texts }) =>
          fn.kernels.flatMap(({ name }, i) => [
            `(export "${name}" (func $${name}))`,
            ...(texts[i]?.prologue === undefined ? [] : [`(export "${name}.prologue" (func $${name}_prologue))`]),
            `(func (export "${name}.units") (param $samples i32) (result i32)\n  ${texts[i]?.units ?? i32(1)}\n)`,
          ]),
        )
      : []),
  ];
  return {
    columnsShift: columns.shift,
    wat: `(module\n${parts.join("\n\n")}\n)\n`,
    control,
    scratchStart,
    scratchBytes,
    programs: functions.map(({ fn }) => fn.name),
  };
}

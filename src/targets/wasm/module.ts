// A program as one WebAssembly module, as text: tiles, kernels, and the functions that run them in order on all threads.
// Memory is imported: the arena, a second set of the columns of a batch, the control block, the table of calls, then a scratch
// region for each thread. A command names the set of columns it reads, so that the next batch can fill the other.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { LoopProgram } from "../../ir/loops.ts";
import { type SharedKernel, type SharedProgram, shareKernels } from "../loops/share.ts";
import { columnsOf } from "../programText.ts";
import { callRows, kernelTable, type ProgramRows, repeatBytes, repeatWords, runCalls, tableBytes } from "./calls.ts";
import { type Tile, type TileChoice, tileFunction } from "./contract/micro.ts";
import { CLAIM_BYTES, CONTROL_BYTES, type Regions } from "./control.ts";
import { type KernelSet, type KernelText, kernelText } from "./kernel.ts";
import { mathFunction } from "./math.ts";
import { randomFunctions } from "./random.ts";
import { type BufferPlace, widthOf } from "./scope.ts";
import { threadFunctions } from "./threads.ts";

export interface ModuleText {
  /** The fields of the module. Most are one function each. */
  readonly parts: readonly string[];
  /** The distance from the columns of a batch to their second set. */
  readonly columnsShift: number;
  /** The start of the control block. */
  readonly control: number;
  /** The start of the table of calls. Its words are those of the rows. */
  readonly callsStart: number;
  /** The start of the scratch regions, and the size of each. */
  readonly scratchStart: number;
  readonly scratchBytes: number;
  /** Programs in the order of their numbers, with their rows. */
  readonly programs: readonly ProgramRows[];
}

export interface ModuleOptions {
  readonly choice: TileChoice;
  /** The lines above each kernel. */
  readonly comment?: (kernel: SharedKernel) => readonly string[];
  /** Kernels that were printed before, for another form of the module. */
  readonly known?: Map<SharedKernel, KnownKernel>;
  /** Exports each kernel under its name, `NAME.prologue` and `NAME.units`, which takes samples: for measurements. */
  readonly exportKernels?: boolean;
}

/** A kernel's text, the functions and tiles it calls, and the choice of tiles it was printed for. */
export interface KnownKernel {
  readonly text: KernelText;
  readonly calls: Set<string>;
  readonly tiles: Map<string, Tile>;
  readonly choice: TileChoice;
}

/** Whether a kernel's text fits another choice of tiles: it depends on their shapes, not on how they multiply and add. */
const servesFor = ({ text, choice }: KnownKernel, { width, rows }: TileChoice): boolean =>
  !text.hasTiles || (choice.width === width && choice.rows === rows);

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** All math functions that are called, directly or indirectly, each after those it calls, and before them their constants. */
function calledFunctions(names: ReadonlySet<string>): readonly string[] {
  const texts = new Map<string, string>();
  const constants = new Set<string>();
  const visit = (name: string): void => {
    if (texts.has(name)) return;
    const random = randomFunctions.get(name);
    if (random !== undefined) {
      texts.set(name, random());
      return;
    }
    const base = name.slice(0, -2);
    const found = mathFunction(base);
    if (found === undefined) throw new CompilerBug(`no function '${name}' in WebAssembly`);
    texts.set(name, "");
    for (const other of found.calls) visit(`${other}_v`);
    if (name.endsWith("_s")) visit(`${base}_v`);
    texts.delete(name);
    texts.set(name, name.endsWith("_v") ? found.vector : found.scalar);
    for (const constant of found.constants) constants.add(constant);
  };
  for (const name of [...names].sort()) visit(name);
  return [...constants, ...texts.values()];
}

/** The place of the columns of a batch, and the distance to their second set. */
function placeColumns(program: LoopProgram) {
  const names = new Set(columnsOf(program).map(({ buffer }) => buffer));
  const own = program.buffers.filter(({ name }) => names.has(name));
  const arenaEnd = align(program.arenaBytes);
  const start = Math.min(...own.map(({ offset }) => offset), arenaEnd);
  const end = Math.max(start, ...own.map(({ offset, dtype, length }) => offset + length * widthOf(dtype)));
  return { names, start, bytes: align(end - start), shift: arenaEnd - start };
}

/** A program's kernels as this target shares them: all calls read the columns of a batch from the same set. */
export const sharedProgram = (program: LoopProgram): SharedProgram =>
  shareKernels(program, new Set(columnsOf(program).map(({ buffer }) => buffer)));

/** The text of a kernel, or the earlier text if it still fits. It adds the functions and tiles that it calls to the sets. */
function kernelWriter(
  options: ModuleOptions,
  buffer: KernelSet["buffer"],
  tiles: Map<string, Tile>,
  calls: Set<string>,
): (kernel: SharedKernel) => KernelText {
  const use = (kernel: KnownKernel): KernelText => {
    for (const name of kernel.calls) calls.add(name);
    for (const [name, tile] of kernel.tiles) tiles.set(name, tile);
    return kernel.text;
  };
  return (kernel) => {
    const known = options.known?.get(kernel);
    if (known !== undefined && servesFor(known, options.choice)) return use(known);
    const own = { calls: new Set<string>(), tiles: new Map<string, Tile>() };
    const text = kernelText(kernel, { choice: options.choice, buffer, ...own }, options.comment?.(kernel) ?? []);
    const written = { text, ...own, choice: options.choice };
    options.known?.set(kernel, written);
    return use(written);
  };
}

/** Exports each kernel's functions, for measurements. */
const kernelExports = (texts: readonly KernelText[]): readonly string[] =>
  texts.flatMap(({ name, prologue, units }) => [
    `(export "${name}" (func $${name}))`,
    ...(prologue === undefined ? [] : [`(export "${name}.prologue" (func $${prologue.name}))`]),
    `(func (export "${name}.units") (param $samples i32) (result i32)\n  ${units}\n)`,
  ]);

export function moduleText(shared: SharedProgram, options: ModuleOptions): ModuleText {
  const { program } = shared;
  const columns = placeColumns(program);
  const places = new Map<string, BufferPlace>(
    program.buffers.map(({ name, dtype, offset, length, role }) => [
      name,
      role === "turn"
        ? { dtype, offset: 0, turn: align(length * widthOf(dtype)) }
        : columns.names.has(name)
          ? { dtype, offset, base: "(global.get $columns)" }
          : { dtype, offset },
    ]),
  );
  const tiles = new Map<string, Tile>();
  const calls = new Set<string>();
  const buffer = (name: string): BufferPlace => {
    const place = places.get(name);
    if (place === undefined) throw new CompilerBug(`no buffer '${name}'`);
    return place;
  };
  const texts = shared.kernels.map(kernelWriter(options, buffer, tiles, calls));
  const programs = callRows(shared, texts);
  const control = columns.start + columns.shift + columns.bytes;
  const callsStart = control + CONTROL_BYTES;
  const scratchStart = callsStart + align(tableBytes(programs));
  const words = repeatWords(shared);
  const scratchBytes = CLAIM_BYTES + repeatBytes(words) + align(Math.max(0, ...texts.map((t) => t.scratchBytes)));
  const regions: Regions = { start: scratchStart, bytes: scratchBytes };
  const spans = programs.map(({ start, end }) => ({ start: callsStart + start, end: callsStart + end }));
  const parts = [
    '(import "env" "memory" (memory 1 65536 shared))',
    "(global $columns (mut i32) (i32.const 0))",
    ...calledFunctions(calls),
    ...texts.flatMap((t) => [...(t.prologue === undefined ? [] : [t.prologue.text]), t.text]),
    ...kernelTable(texts),
    runCalls(regions, words),
    ...threadFunctions(control, regions, spans),
    ...(options.exportKernels === true ? kernelExports(texts) : []),
    // Tiles come last because forms differ in them: the numbers of all other functions are the same.
    ...[...tiles].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tile]) => tileFunction(tile, options.choice.fused)),
  ];
  return {
    columnsShift: columns.shift,
    parts,
    control,
    callsStart,
    scratchStart,
    scratchBytes,
    programs,
  };
}

// A LoopProgram as one WebAssembly module, as text: tiles, kernels, and the functions that run them in order on all threads.
// Memory is imported: the arena, the control block, then a scratch region for each thread.

import type { Kernel, LoopFunction, LoopProgram } from "../../ir/loops.ts";
import { type Tile, type TileChoice, tileFunction } from "./contract/micro.ts";
import { type KernelSet, type KernelText, kernelText } from "./kernel.ts";
import { mathFunction } from "./math.ts";
import { randomFunctions } from "./random.ts";
import type { BufferPlace } from "./scope.ts";
import { CONTROL_BYTES, threadFunctions } from "./threads.ts";
import { addI32, functionText, i32 } from "./wat.ts";

export interface ModuleText {
  readonly wat: string;
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
  /** Exports each kernel under its name, and `NAME.units`, which takes samples: for measurements. */
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

/** Runs the kernels of a program: each thread its share of the units, and all wait for each other after each kernel. */
function runFunction(
  fn: LoopFunction,
  texts: readonly KernelText[],
  scratchStart: number,
  scratchBytes: number,
): string {
  return functionText(
    `run_${fn.name}`,
    [
      { name: "thread", type: "i32" },
      { name: "threads", type: "i32" },
      { name: "samples", type: "i32" },
    ],
    (code) => {
      const scratch = code.local("i32", "scratch");
      const units = code.local("i32", "units");
      code.line(
        `(local.set ${scratch} ${addI32(`(i32.mul (local.get $thread) ${i32(scratchBytes)})`, i32(scratchStart))})`,
      );
      fn.kernels.forEach((kernel, i) => {
        const text = texts[i];
        const next = texts[i + 1];
        if (text === undefined) return;
        if (!text.parallel) {
          code.line(
            `(if (i32.eqz (local.get $thread)) (then (call $${kernel.name} (local.get $samples) ${i32(0)} ${text.units} (local.get ${scratch}))))`,
          );
          // The next one runs on the same thread: nobody has to wait.
          if (next !== undefined && !next.parallel) return;
        } else {
          code.line(`(local.set ${units} ${text.units})`);
          const share = (thread: string): string =>
            `(i32.div_u (i32.mul (local.get ${units}) ${thread}) (local.get $threads))`;
          code.line(
            `(call $${kernel.name} (local.get $samples) ${share("(local.get $thread)")} ${share(addI32("(local.get $thread)", i32(1)))} (local.get ${scratch}))`,
          );
        }
        code.line("(call $barrier (local.get $threads))");
      });
    },
  );
}

export function moduleText(program: LoopProgram, options: ModuleOptions): ModuleText {
  const places = new Map<string, BufferPlace>(
    program.buffers.map(({ name, dtype, offset }) => [name, { dtype, offset }]),
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
  const control = align(program.arenaBytes);
  const scratchStart = control + CONTROL_BYTES;
  const scratchBytes = align(Math.max(0, ...functions.flatMap(({ texts }) => texts.map((t) => t.scratchBytes))));
  const parts = [
    '(import "env" "memory" (memory 1 65536 shared))',
    ...[...tiles].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tile]) => tileFunction(tile, options.choice.fused)),
    ...calledFunctions(calls),
    ...functions.flatMap(({ texts }) => texts.map((t) => t.text)),
    ...functions.map(({ fn, texts }) => runFunction(fn, texts, scratchStart, scratchBytes)),
    ...threadFunctions(
      control,
      functions.map(({ fn }) => `run_${fn.name}`),
    ),
    ...(options.exportKernels === true
      ? functions.flatMap(({ fn, texts }) =>
          fn.kernels.flatMap(({ name }, i) => [
            `(export "${name}" (func $${name}))`,
            `(func (export "${name}.units") (param $samples i32) (result i32)\n  ${texts[i]?.units ?? i32(1)}\n)`,
          ]),
        )
      : []),
  ];
  return {
    wat: `(module\n${parts.join("\n\n")}\n)\n`,
    control,
    scratchStart,
    scratchBytes,
    programs: functions.map(({ fn }) => fn.name),
  };
}

// Target `wasm` at run time: chooses the form of the code that this engine runs best, makes the one memory, and runs programs
// by their numbers. What Node and pages do differently comes in as a WasmPlatform; nothing here knows either.

import { RunError } from "./error.ts";
import type { Program, ProgramOptions } from "./program.ts";
import { inRange, rangeText, runRanges } from "./ranges.ts";
import { trialBits } from "./trial.ts";

export type WasmVariant = "plain" | "relaxed" | "wide";

/** One form of the module. */
export interface WasmForm {
  /** How it is made from the plain form: `[from, count, own]` copies bytes of that, then takes so many of its own. */
  readonly edits: readonly (readonly number[])[];
  /** Its own bytes in base64, in lines. */
  readonly base64: string;
  /** Where the byte lies that says whether the memory is shared. */
  readonly sharedAt: number;
}

/** What the compiler made of a program. Sizes and places are in bytes. */
export interface WasmCode {
  /** The control block, by which threads work together. All buffers lie before it. */
  readonly control: number;
  /**
   * Where the table of calls begins, and the calls of all programs: a kernel's number, how many calls run as one phase from
   * here on, or 0, and the call's arguments.
   */
  readonly callsStart: number;
  readonly calls: readonly (readonly number[])[];
  /** Where the regions begin that belong to one thread each, and the size of each. */
  readonly scratchStart: number;
  readonly scratchBytes: number;
  /** How many samples try a form out: each kernel's main loop and its rest run. */
  readonly trialSamples: number;
  readonly forms: { readonly plain: WasmForm; readonly relaxed?: WasmForm; readonly wide?: WasmForm };
}

/** What an engine's surroundings give. */
export interface WasmPlatform {
  /** Whether a thread may sleep here until another wakes it: not in a page's own thread. */
  readonly mayWait: boolean;
  /** Makes the engine accept relaxed SIMD where it needs to be asked. */
  enableRelaxed(): void;
  /**
   * Whether the engine joins pairs of vectors into vectors of eight in what it compiles from now on; absent where it
   * cannot. With `trial`, functions are compiled so when they are first called, without a first version that is not.
   */
  readonly setRevectorize?: (mode: "off" | "trial" | "on") => void;
  /** Starts a thread that calls the module's `work`, and `fail` where that fails; returns how to end it. */
  startThread(module: object, memory: object): () => void;
}

interface WasmMemory {
  readonly buffer: ArrayBufferLike;
}
interface WasmEngine {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, object>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (options: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: boolean;
  }) => WasmMemory;
}

// TypeScript's own declarations come only with those of a browser.
const wasmEngine = (): WasmEngine => (globalThis as unknown as { readonly WebAssembly: WasmEngine }).WebAssembly;

/** A function with `f32x4.relaxed_madd` and nothing else. */
const relaxedModule = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0],
  ...[10, 19, 1, 17, 0, 65, 0, 253, 17, 65, 0, 253, 17, 65, 0, 253, 17, 253, 133, 2, 11],
);

function acceptsRelaxed(platform: WasmPlatform): boolean {
  const { validate } = wasmEngine();
  if (validate(relaxedModule)) return true;
  platform.enableRelaxed();
  return validate(relaxedModule);
}

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** The module's bytes; its memory import says `shared`, or not. Instructions are the same. */
function moduleBytes(form: WasmForm, plain: WasmForm, shared: boolean): Uint8Array {
  const [own, base] = [bytesOf(form.base64), bytesOf(plain.base64)];
  const bytes = new Uint8Array(form.edits.reduce((sum, [, count = 0, more = 0]) => sum + count + more, 0));
  let [at, taken] = [0, 0];
  for (const [from = 0, count = 0, more = 0] of form.edits) {
    bytes.set(base.subarray(from, from + count), at);
    bytes.set(own.subarray(taken, taken + more), at + count);
    at += count + more;
    taken += more;
  }
  bytes[form.sharedAt] = shared ? 3 : 1;
  return bytes;
}

/** A program's parts that differ from target to target are added by `finish`. */
export type WasmProgram = Omit<Program, "memoryBytes" | "threads" | "variant" | "close">;

export interface WasmMachine {
  /** The one memory, all 0. */
  readonly memory: ArrayBufferLike;
  /**
   * Runs a program on all threads that have arrived. `columns` is where the columns of the batch lie, in bytes from their
   * first place; `meanwhile` is called when the other threads have begun.
   */
  run(program: number, samples: number, columns: number, meanwhile?: () => void): void;
  /** Chooses the code, starts the threads, and gives the program that runs on them. `setConstants` fills what never changes. */
  finish(program: WasmProgram, setConstants: () => void): Program;
}

const PAGE_BYTES = 65536;

/** What the self-check of `wide` said, by program: it is made once. */
const checkedWide = new WeakMap<WasmCode, boolean>();

/** The calls of the module that is in use. */
interface WasmRunner {
  use(module: object): void;
  readonly run: WasmMachine["run"];
  /** From now on there is nothing to compute with. */
  stop(why: string): void;
}

function runnerOn(memory: WasmMemory): WasmRunner {
  type Begin = (program: number, samples: number, columns: number) => void;
  const stopped = (why: string) => (): void => {
    throw new RunError(`${why}: nothing more can be computed with it`);
  };
  let begin: Begin = stopped("the model is not ready");
  let takePart = (): void => {};
  const takeOwnPart = (): void => {
    try {
      takePart();
    } catch (error) {
      // The other threads stand somewhere in the middle of a program.
      begin = stopped("the model has failed");
      throw error;
    }
  };
  return {
    use(module) {
      const { exports } = new (wasmEngine().Instance)(module, { env: { memory } });
      begin = exports.begin as Begin;
      takePart = exports.run as () => void;
    },
    run(program, samples, columns, meanwhile) {
      begin(program, samples, columns);
      try {
        meanwhile?.();
      } catch (error) {
        takeOwnPart();
        throw error;
      }
      takeOwnPart();
    },
    stop(why) {
      begin = stopped(why);
    },
  };
}

/** What the choice of a form looks at. */
interface WasmChoice {
  readonly code: WasmCode;
  readonly options: ProgramOptions;
  readonly platform: WasmPlatform;
  compile(form: WasmForm): object;
  /** What a form leaves in memory after a little of everything. */
  bits(module: object): readonly number[];
  /** Puts memory back to how it was made. */
  clear(): void;
}

/**
 * The wide form, where it computes the same bits as the relaxed one: the whole of training, evaluation and prediction on
 * a few samples. Undefined where it does not: vectors that are joined wrongly are joined wrongly in some kernel.
 */
function checkedWideModule({ code, platform, compile, bits, clear }: WasmChoice): object | undefined {
  const { relaxed, wide } = code.forms;
  const { setRevectorize } = platform;
  if (relaxed === undefined || wide === undefined || setRevectorize === undefined) return undefined;
  const known = checkedWide.get(code);
  if (known === false) return undefined;
  if (known === true) {
    setRevectorize("on");
    return compile(wide);
  }
  setRevectorize("off");
  const expected = bits(compile(relaxed));
  setRevectorize("trial");
  const module = compile(wide);
  const same = bits(module).every((word, i) => word === expected[i]);
  setRevectorize(same ? "on" : "off");
  clear();
  checkedWide.set(code, same);
  return same ? module : undefined;
}

/** The form that is asked for, or the fastest that this engine runs rightly. Throws a RunError for one that cannot be. */
function chooseForm(choice: WasmChoice): readonly [WasmVariant, object] {
  const { code, options, platform, compile } = choice;
  const { forms } = code;
  const { variant } = options;
  const form = variant === undefined ? undefined : forms[variant];
  if (variant !== undefined && (form === undefined || (variant !== "plain" && !acceptsRelaxed(platform))))
    throw new RunError(`the form '${variant}' of the code ${form === undefined ? "is not here" : "does not run here"}`);
  if (variant !== undefined && form !== undefined) return [variant, compile(form)];
  if (forms.relaxed === undefined || !acceptsRelaxed(platform)) return ["plain", compile(forms.plain)];
  const wide = options.revectorize === false ? undefined : checkedWideModule(choice);
  return wide === undefined ? ["relaxed", compile(forms.relaxed)] : ["wide", wide];
}

/** Writes the table of calls, which never changes: each call's head says how many arguments follow it. */
function setCalls({ calls, callsStart }: WasmCode, { buffer }: WasmMemory): void {
  const words = calls.flatMap(([kernel = 0, together = 0, ...args]) => [kernel, together, args.length, ...args]);
  new Int32Array(buffer, callsStart, words.length).set(words);
}

/** Makes a program's memory. Throws a RunError for options that cannot be. */
export function openWasm(code: WasmCode, options: ProgramOptions, platform: WasmPlatform): WasmMachine {
  const { threads: wanted = 1 } = options;
  if (!inRange(wanted, runRanges.threads))
    throw new RunError(`threads must be a whole number ${rangeText(runRanges.threads)}, not ${wanted}`);
  const shared = wanted > 1 && platform.mayWait && typeof SharedArrayBuffer === "function";
  const threads = shared ? wanted : 1;
  const pages = Math.ceil((code.scratchStart + threads * code.scratchBytes) / PAGE_BYTES);
  const { Module, Memory } = wasmEngine();
  const memory = new Memory({ initial: pages, maximum: pages, shared });
  const { use, run, stop } = runnerOn(memory);
  const ends: (() => void)[] = [];
  return {
    memory: memory.buffer,
    run,
    finish(program, setConstants) {
      const prepare = (): void => {
        setCalls(code, memory);
        setConstants();
      };
      const clear = (): void => {
        new Uint8Array(memory.buffer).fill(0);
        prepare();
      };
      prepare();
      const [variant, module] = chooseForm({
        ...{ code, options, platform, clear },
        compile: (form) => new Module(moduleBytes(form, code.forms.plain, shared)),
        bits(tried) {
          clear();
          use(tried);
          return trialBits(program, code.trialSamples, new Int32Array(memory.buffer, 0, code.control / 4));
        },
      });
      use(module);
      for (let i = 1; i < threads; i++) ends.push(platform.startThread(module, memory));
      return {
        ...program,
        get columns() {
          return program.columns;
        },
        memoryBytes: memory.buffer.byteLength,
        threads,
        variant,
        close() {
          stop("the model is closed");
          for (const end of ends.splice(0)) end();
        },
      };
    },
  };
}

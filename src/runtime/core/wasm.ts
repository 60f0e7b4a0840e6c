// Target `wasm` at run time: it chooses the form of the code that this engine runs best, makes the only memory, and runs
// programs by their numbers. A WasmPlatform covers the differences between Node and pages; nothing here knows either.

import { RunError } from "./error.ts";
import type { Program, ProgramOptions } from "./program.ts";
import { inRange, rangeText, runRanges } from "./ranges.ts";
import { trialBits } from "./trial.ts";

export type WasmVariant = "plain" | "relaxed" | "wide";

/** One form of the module. */
export interface WasmForm {
  /** The edits of the plain form: `[from, count, own]` copies bytes of that, then takes so many of its own. */
  readonly edits: readonly (readonly number[])[];
  /** Its own bytes as lines of base64. */
  readonly base64: string;
  /** The place of the byte that says whether the memory is shared. */
  readonly sharedAt: number;
}

/** A call, or calls that run a number of times. */
export type WasmCall = readonly number[] | { readonly turns: number; readonly calls: readonly WasmCall[] };

/** The compiler's output for a module. Sizes and places are in bytes. */
export interface WasmCode {
  /** The control block, through which threads work together. All buffers lie before it. */
  readonly control: number;
  /**
   * The start of the table of calls, and the calls of all programs. A call has a kernel's number, the number of calls that
   * run as one phase from here on (or 0), and arguments; within repeats also how these move with each turn, by repeat.
   */
  readonly callsStart: number;
  readonly calls: readonly WasmCall[];
  /** The start of the regions that belong to one thread each, and the size of each. */
  readonly scratchStart: number;
  readonly scratchBytes: number;
  /** The number of samples that try a form out, so that each kernel's main loop and its rest run. */
  readonly trialSamples: number;
  readonly forms: { readonly plain: WasmForm; readonly relaxed?: WasmForm; readonly wide?: WasmForm };
}

/** The services of an engine's surroundings. */
export interface WasmPlatform {
  /** Whether a thread may sleep here until another wakes it. A page's own thread may not. */
  readonly mayWait: boolean;
  /** Makes the engine accept relaxed SIMD, if it needs to be asked. */
  enableRelaxed(): void;
  /**
   * Sets whether the engine joins pairs of vectors into vectors of eight in functions that it compiles from now on; absent if
   * it cannot. With `trial`, the first call of a function compiles it so, without an earlier version that does not join.
   */
  readonly setRevectorize?: (mode: "off" | "trial" | "on") => void;
  /** Starts a thread that calls the module's `work`, and `fail` if that fails; returns a function that ends it. */
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

// TypeScript has these declarations only together with those of a browser.
const wasmEngine = (): WasmEngine => (globalThis as unknown as { readonly WebAssembly: WasmEngine }).WebAssembly;

/** A module whose only function is `f32x4.relaxed_madd`. */
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

/** Returns the module's bytes. Its memory import says `shared` or not; the instructions are the same. */
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

/** `finish` adds the parts of a program that differ from target to target. */
export type WasmProgram = Omit<Program, "memoryBytes" | "threads" | "variant" | "close">;

export interface WasmMachine {
  /** The only memory, all 0. */
  readonly memory: ArrayBufferLike;
  /**
   * Runs a program on all threads that have arrived. `columns` is the place of the batch's columns, in bytes from their first
   * place. It calls `meanwhile` when the other threads have begun.
   */
  run(program: number, samples: number, columns: number, meanwhile?: () => void): void;
  /** Chooses the code, starts the threads, and returns the program on them. `setConstants` fills memory that never changes. */
  finish(program: WasmProgram, setConstants: () => void): Program;
}

const PAGE_BYTES = 65536;

/** The result of the self-check of `wide` for each program. The check runs once. */
const checkedWide = new WeakMap<WasmCode, boolean>();

/** The calls of the present module. */
interface WasmRunner {
  use(module: object): void;
  readonly run: WasmMachine["run"];
  /** After this, nothing computes any more. */
  stop(why: string): void;
}

function runnerOn(memory: WasmMemory): WasmRunner {
  type Begin = (program: number, samples: number, columns: number) => void;
  const stopped = (why: string) => (): void => {
    throw new RunError(`${why}: it can compute nothing more`);
  };
  let begin: Begin = stopped("the model is not ready");
  let takePart = (): void => {};
  const takeOwnPart = (): void => {
    try {
      takePart();
    } catch (error) {
      // The other threads have stopped somewhere in the middle of a program.
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

/** The facts that decide the choice of a form. */
interface WasmChoice {
  readonly code: WasmCode;
  readonly options: ProgramOptions;
  readonly platform: WasmPlatform;
  compile(form: WasmForm): object;
  /** Returns the memory that a form leaves after a little of everything. */
  bits(module: object): readonly number[];
  /** Restores memory to its first state. */
  clear(): void;
}

/**
 * Returns the wide form if it computes the same bits as the relaxed one, in all of training, evaluation and prediction on a
 * few samples; otherwise undefined. If the engine joins vectors wrongly, some kernel shows it.
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

/** Returns the requested form, or the fastest that this engine runs correctly. Throws a RunError if that cannot run. */
function chooseForm(choice: WasmChoice): readonly [WasmVariant, object] {
  const { code, options, platform, compile } = choice;
  const { forms } = code;
  const { variant } = options;
  const form = variant === undefined ? undefined : forms[variant];
  if (variant !== undefined && (form === undefined || (variant !== "plain" && !acceptsRelaxed(platform))))
    throw new RunError(
      `the form '${variant}' of the code ${form === undefined ? "is not in this program" : "does not run on this engine"}`,
    );
  if (variant !== undefined && form !== undefined) return [variant, compile(form)];
  if (forms.relaxed === undefined || !acceptsRelaxed(platform)) return ["plain", compile(forms.plain)];
  const wide = options.revectorize === false ? undefined : checkedWideModule(choice);
  return wide === undefined ? ["relaxed", compile(forms.relaxed)] : ["wide", wide];
}

/** Returns the words of calls: each head says how many arguments follow it, or how many bytes a repeat has. */
function callWords(calls: readonly WasmCall[], depth = 0): readonly number[] {
  return calls.flatMap((call) => {
    if ("turns" in call) {
      const inside = callWords(call.calls, depth + 1);
      return [-1, call.turns, 4 * inside.length, ...inside];
    }
    const [kernel = 0, together = 0, ...args] = call;
    return [kernel, together, args.length / (1 + depth), ...args];
  });
}

/** Writes the table of calls, which never changes. */
function setCalls({ calls, callsStart }: WasmCode, { buffer }: WasmMemory): void {
  const words = callWords(calls);
  new Int32Array(buffer, callsStart, words.length).set(words);
}

/** Makes a program's memory. Throws a RunError for options that it cannot meet. */
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

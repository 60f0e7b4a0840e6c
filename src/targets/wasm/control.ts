// The memory through which threads work together: the control words after the arena, one word at the start of each thread's
// region, and the code that reads and writes them.

import { addI32, type Code, forLoop, get, i32 } from "./wat.ts";

/** The control words, in bytes from the start of the block. Each busy word has its own cache line. */
export const CONTROL = {
  number: 0,
  program: 4,
  samples: 8,
  threads: 12,
  first: 16,
  columns: 20,
  done: 64,
  phase: 128,
  sleepers: 132,
  ready: 192,
  failed: 196,
} as const;
export const CONTROL_BYTES = 256;

/** The start of a thread's region, one cache line: the phase, and the number of claimed portions of its share. */
export const CLAIM_BYTES = 64;

/** The place of the threads' regions. */
export interface Regions {
  readonly start: number;
  readonly bytes: number;
}

/** The control words as text: their places, and the instructions that read and write them. */
export interface Words {
  at(name: keyof typeof CONTROL): string;
  load(name: keyof typeof CONTROL): string;
  store(name: keyof typeof CONTROL, value: string): string;
  /** Wakes the threads that wait for the word to change. */
  wake(name: keyof typeof CONTROL): string;
  /** The start of a thread's region. */
  region(thread: string): string;
}

export function controlWords(control: number, regions: Regions): Words {
  const at = (name: keyof typeof CONTROL): string => i32(control + CONTROL[name]);
  const load = (name: keyof typeof CONTROL): string => `(i32.atomic.load ${at(name)})`;
  return {
    at,
    load,
    store: (name, value) => `(i32.atomic.store ${at(name)} ${value})`,
    wake: (name) => `(if ${load("sleepers")} (then (drop (memory.atomic.notify ${at(name)} (i32.const -1)))))`,
    region: (thread) => addI32(`(i32.mul ${thread} ${i32(regions.bytes)})`, i32(regions.start)),
  };
}

/** Resets the shares of `threads` threads for a phase: no portion is claimed. */
export function openShares(code: Code, { region }: Words, threads: string, phase: string): void {
  const thread = code.local("i32", "share");
  forLoop(code, thread, i32(0), threads, 1, () =>
    code.line(`(i64.atomic.store ${region(get(thread))} (i64.shl (i64.extend_i32_u ${phase}) (i64.const 32)))`),
  );
}

// One program of target `wasm` on one thread, as small predictors run it: no choice of a form, no threads.

import type { PredictorCode } from "./predictor.ts";

/** The compiler's output for a module with one program. Places are in bytes. */
export interface AloneCode {
  readonly bytes: number;
  readonly callsStart: number;
  /** The table of calls. */
  readonly words: readonly number[];
  readonly base64: string;
}

interface AloneEngine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, (...args: number[]) => void>> };
  readonly Memory: new (options: {
    readonly initial: number;
    readonly maximum: number;
  }) => { readonly buffer: ArrayBuffer };
}

/** Returns the bytes that base64 stands for. */
export const base64Bytes = (text: string): Uint8Array => {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
};

/** Makes the memory and the module. */
export function openAlone({ bytes, callsStart, words, base64 }: AloneCode): PredictorCode {
  const { Module, Instance, Memory } = (globalThis as unknown as { readonly WebAssembly: AloneEngine }).WebAssembly;
  const pages = Math.ceil(bytes / 65536);
  const memory = new Memory({ initial: pages, maximum: pages });
  const { exports } = new Instance(new Module(base64Bytes(base64)), { env: { memory } });
  new Int32Array(memory.buffer, callsStart, words.length).set(words);
  return {
    memory: memory.buffer,
    run(samples) {
      exports.begin?.(0, samples, 0);
      exports.run?.();
    },
  };
}

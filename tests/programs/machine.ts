// Target `wasm` in this process, on one thread or several: one assembler, and workers that go from program to program. A
// program's own threads would have to start again for each of many thousands.

import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import type { LoopProgram } from "../../src/ir/loops.ts";
import type { SharedKernel, SharedProgram } from "../../src/targets/loops/share.ts";
import { assembler } from "../../src/targets/wasm/assemble.ts";
import { wordsOf } from "../../src/targets/wasm/calls.ts";
import { CONTROL } from "../../src/targets/wasm/control.ts";
import { engine } from "../../src/targets/wasm/engine.ts";
import { type KnownKernel, moduleText, sharedProgram } from "../../src/targets/wasm/module.ts";
import { type Variant, variants } from "../../src/targets/wasm/variants.ts";
import { moduleOf } from "../../src/targets/wasm/wat.ts";
import { compiledFrom, type Loaded } from "../support/compiled.ts";

export interface WasmCode {
  open(threads: number): Promise<Loaded>;
}
export interface WasmMachine {
  code(loops: LoopProgram, form: Variant["name"]): WasmCode;
  close(): Promise<void>;
}

const PAGE = 65536;
/** Takes part in a program until that fails, which is how it is let go. */
const WORKER_TEXT = `
const { parentPort } = require("node:worker_threads");
parentPort.on("message", ({ module, memory }) => {
  try { new WebAssembly.Instance(module, { env: { memory } }).exports.work(); } catch {}
  parentPort.postMessage("free");
});`;

interface Helper {
  start(module: object, memory: object): void;
  /** Until it is free; ends it where it stays in a program. */
  free(): Promise<void>;
  close(): Promise<void>;
}
function helper(): Helper {
  let worker = new Worker(WORKER_TEXT, { eval: true });
  let freed: Promise<void> = Promise.resolve();
  return {
    start(module, memory) {
      freed = new Promise((go) => worker.once("message", () => go()));
      worker.postMessage({ module, memory });
    },
    async free() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<"late">((go) => {
        timer = setTimeout(() => go("late"), 3000);
      });
      const which = await Promise.race([freed, late]);
      clearTimeout(timer);
      if (which !== "late") return;
      await worker.terminate();
      worker = new Worker(WORKER_TEXT, { eval: true });
    },
    async close() {
      await worker.terminate();
    },
  };
}

export async function wasmMachine(): Promise<WasmMachine> {
  setFlagsFromString("--experimental-wasm-relaxed-simd");
  const assemble = await assembler();
  const helpers: Helper[] = [];
  const known = new WeakMap<LoopProgram, { shared: SharedProgram; kernels: Map<SharedKernel, KnownKernel> }>();
  return {
    code(loops, form) {
      const { choice } = variants.find(({ name }) => name === form)!;
      const { shared, kernels } = known.get(loops) ?? { shared: sharedProgram(loops), kernels: new Map() };
      known.set(loops, { shared, kernels });
      const text = moduleText(shared, { choice, known: kernels });
      const module = new engine.Module(assemble(moduleOf(text.parts)));
      return { open: (threads) => openThreads(loops, text, module, helpers, threads) };
    },
    async close() {
      await Promise.all(helpers.map((one) => one.close()));
    },
  };
}

async function openThreads(
  loops: LoopProgram,
  { callsStart, scratchStart, scratchBytes, programs, control }: ReturnType<typeof moduleText>,
  module: object,
  helpers: Helper[],
  threads: number,
): Promise<Loaded> {
  const pages = Math.ceil((scratchStart + threads * scratchBytes) / PAGE) + 1;
  const memory = new engine.Memory({ initial: pages, maximum: pages, shared: true });
  const { exports } = new engine.Instance(module, { env: { memory } });
  const begin = exports.begin as (program: number, samples: number, columns: number) => void;
  const run = exports.run as () => void;
  const words = new Int32Array(memory.buffer, control);
  while (helpers.length < threads - 1) helpers.push(helper());
  const own = helpers.slice(0, threads - 1);
  for (const one of own) one.start(module, memory);
  for (;;) {
    const ready = Atomics.load(words, CONTROL.ready / 4);
    if (ready === own.length) break;
    await new Promise((go) => setImmediate(go));
  }
  const buffers = Object.fromEntries(
    loops.buffers.map(({ name, dtype, offset, length, data }) => {
      const Type = dtype === "f32" ? Float32Array : dtype === "u8" ? Uint8Array : Int32Array;
      const view = new Type(memory.buffer, offset, length);
      if (data !== undefined) view.set(data);
      return [name, view];
    }),
  );
  const calls = programs.flatMap(({ rows }) => wordsOf(rows));
  new Int32Array(memory.buffer, callsStart, calls.length).set(calls);
  const runs = programs.map(({ name }, i) => [
    name,
    (samples: number) => {
      begin(i, samples, 0);
      run();
    },
  ]);
  const loaded = compiledFrom(loops, { run: Object.fromEntries(runs), buffers });
  return {
    run: loaded.run,
    async close() {
      if (own.length === 0) return;
      // The others find that the program failed at the end of its first kernel, and leave it.
      Atomics.store(words, CONTROL.failed / 4, 1);
      const longest = loops.functions.reduce((most, fn) => (fn.steps.length > most.steps.length ? fn : most));
      begin(
        programs.findIndex(({ name }) => name === longest.name),
        1,
        0,
      );
      await Promise.all(own.map((one) => one.free()));
    },
  };
}

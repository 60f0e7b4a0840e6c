// Runs modules on compiled targets: the kernels that a trainer would have, in f32.

import type { LoopProgram } from "../ir/loops.ts";
import { toPrims } from "../passes/index.ts";
import type { NumberArray } from "../reference/evaluate.ts";
import { schedule } from "../schedule/schedule.ts";
import { loadKernels } from "../targets/js/run.ts";
import { loadModule } from "../targets/wasm/run.ts";
import type { Executor, Running } from "./executor.ts";

type Kernels = ReturnType<typeof loadKernels>;

function running(
  loops: LoopProgram,
  { run, buffers }: Kernels,
  batch: number,
  slots: ReadonlyMap<string, NumberArray>,
): Running {
  const places = new Map(loops.slots.map((slot) => [slot.name, slot]));
  const bufferOf = (name: string): Float32Array | Int32Array | Uint8Array => {
    const buffer = buffers[name];
    if (buffer === undefined) throw new Error(`no buffer '${name}'`);
    return buffer;
  };
  for (const [name, values] of slots) {
    const place = places.get(name);
    if (place !== undefined) bufferOf(place.buffer).set(values as ArrayLike<number>, place.start);
  }
  return {
    run(name, inputs: ReadonlyMap<string, NumberArray>) {
      const fn = loops.functions.find((f) => f.name === name);
      const call = run[name];
      if (fn === undefined || call === undefined) throw new Error(`no program '${name}'`);
      for (const input of fn.inputs) bufferOf(input.buffer).set((inputs.get(input.name) ?? []) as ArrayLike<number>);
      call(batch);
      return new Map(fn.outputs.map((output) => [output.name, Float32Array.from(bufferOf(output.buffer))]));
    },
    slot(name) {
      const place = places.get(name);
      if (place === undefined) throw new Error(`no slot '${name}'`);
      return bufferOf(place.buffer).subarray(place.start, place.start + place.shape.reduce((a, b) => a * b, 1));
    },
  };
}

export const jsExecutor: Executor = {
  name: "js",
  open(module, batch, slots) {
    const loops = schedule(toPrims(module), { batch });
    return running(loops, loadKernels(loops), batch, slots);
  },
};

/** On one thread, in the form that every engine runs. */
export const wasmExecutor: Executor = {
  name: "wasm",
  async open(module, batch, slots) {
    const options = { batch, sampleSums: false, joinContracts: true, turnMemory: true };
    const loops = schedule(toPrims(module, { adds: true, winograd: true, sumBySample: true }), options);
    return running(loops, await loadModule(loops), batch, slots);
  },
};

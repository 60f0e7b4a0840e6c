// Runs modules on targets `js` and `wasm` inside a test: the kernels that would go into a trainer.

import type { Module, Prim } from "../../src/ir/graph.ts";
import type { LoopProgram } from "../../src/ir/loops.ts";
import type { NumberArray } from "../../src/reference/evaluate.ts";
import { schedule } from "../../src/schedule/schedule.ts";
import { loadKernels } from "../../src/targets/js/run.ts";
import { loadModule } from "../../src/targets/wasm/run.ts";
import type { Variant } from "../../src/targets/wasm/variants.ts";

/** A module that is ready to run. */
export interface Loaded {
  /** Sets inputs and slots, runs a program for `samples` samples, and returns its outputs and all slots. */
  run(
    program: string,
    samples: number,
    inputs: ReadonlyMap<string, NumberArray>,
    slots: ReadonlyMap<string, NumberArray>,
  ): {
    readonly outputs: Map<string, Float64Array>;
    readonly slots: Map<string, Float64Array>;
  };
  /** Frees what the engine does not. */
  close?(): void;
}
export interface Compiled extends Loaded {
  readonly loops: LoopProgram;
}

/** Compiles for at most `batch` samples. Memory is full of NaN before each run, so that nothing can rely on zeros. */
export function compileJs(module: Module<Prim>, batch: number, fusion = true): Compiled {
  const loops = schedule(module, { batch, fusion });
  return compiledFrom(loops, loadKernels(loops));
}

/** The same on target `wasm`, on one thread. */
export async function compileWasm(
  module: Module<Prim>,
  batch: number,
  fusion = true,
  variant: Variant["name"] = "plain",
): Promise<Compiled> {
  const loops = schedule(module, { batch, fusion, sampleSums: false });
  return compiledFrom(loops, await loadModule(loops, variant));
}

/** Kernels of a target by what the schedule says of their buffers. */
export function compiledFrom(loops: LoopProgram, { run, buffers }: ReturnType<typeof loadKernels>): Compiled {
  return {
    loops,
    run(name, samples, inputs, slots) {
      const fn = loops.functions.find((f) => f.name === name)!;
      for (const buffer of loops.buffers)
        if (buffer.role !== "const") buffers[buffer.name]!.fill(buffer.dtype === "f32" ? Number.NaN : 77);
      for (const slot of loops.slots) {
        const given = slots.get(slot.name);
        if (given !== undefined) buffers[slot.buffer]!.set(given, slot.start);
      }
      for (const input of fn.inputs) buffers[input.buffer]!.set(inputs.get(input.name)!);
      run[name]!(samples);
      const read = (buffer: string, start: number, length: number): Float64Array =>
        Float64Array.from(buffers[buffer]!.subarray(start, start + length));
      const outputs = new Map(fn.outputs.map((o) => [o.name, Float64Array.from(buffers[o.buffer]!)]));
      const after = new Map(
        loops.slots.map((s) => [
          s.name,
          read(
            s.buffer,
            s.start,
            s.shape.reduce((a, b) => a * b, 1),
          ),
        ]),
      );
      return { outputs, slots: after };
    },
  };
}

/** The largest difference beyond the tolerance of the conformance README, in units of it; at most 1 passes. */
export function worst(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, floor = 1e-6): number {
  let scale = 0;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]!));
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    most = Math.max(
      most,
      Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference / (tolerance * scale + floor),
    );
  }
  return most;
}

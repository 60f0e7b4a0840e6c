// Runs modules on targets `js` and `wasm` inside a test: the kernels that would go into a trainer.

import { targets } from "../../src/driver/targets.ts";
import type { Module, Prim, Slot } from "../../src/ir/graph.ts";
import type { LoopProgram } from "../../src/ir/loops.ts";
import { extents } from "../../src/ir/types.ts";
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
  return compiledFrom(loops, loadKernels(loops), module.slots);
}

/** The same on target `wasm`, on one thread. */
export async function compileWasm(
  module: Module<Prim>,
  batch: number,
  fusion = true,
  variant: Variant["name"] = "plain",
): Promise<Compiled> {
  const loops = schedule(module, { batch, fusion, ...targets.wasm.schedule });
  return compiledFrom(loops, await loadModule(loops, variant), module.slots);
}

/** The places of all slots: those of the program, and of slots that others lie within, which it does not name. */
function placesOf({ slots: own }: LoopProgram, slots: readonly Slot[]) {
  const places = own.map(({ name, buffer, start, shape }) => ({ name, buffer, start, length: lengthOf(shape) }));
  const known = new Set(places.map(({ name }) => name));
  for (const { name, within } of slots) {
    const part = places.find((place) => place.name === name);
    const whole = slots.find((slot) => slot.name === within?.slot);
    if (within === undefined || part === undefined || whole === undefined || known.has(whole.name)) continue;
    known.add(whole.name);
    const start = part.start - within.offset;
    places.push({ name: whole.name, buffer: part.buffer, start, length: lengthOf(extents(whole.type.shape, 1)) });
  }
  return places;
}

const lengthOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Kernels of a target by what the schedule says of their buffers. `slots` are those of the module. */
export function compiledFrom(
  loops: LoopProgram,
  { run, buffers }: ReturnType<typeof loadKernels>,
  slots: readonly Slot[] = [],
): Compiled {
  const places = placesOf(loops, slots);
  return {
    loops,
    run(name, samples, inputs, given) {
      const fn = loops.functions.find((f) => f.name === name)!;
      for (const buffer of loops.buffers)
        if (buffer.role !== "const") buffers[buffer.name]!.fill(buffer.dtype === "f32" ? Number.NaN : 77);
      for (const place of places) {
        const values = given.get(place.name);
        if (values !== undefined) buffers[place.buffer]!.set(values, place.start);
      }
      for (const input of fn.inputs) buffers[input.buffer]!.set(inputs.get(input.name)!);
      run[name]!(samples);
      const outputs = new Map(fn.outputs.map((o) => [o.name, Float64Array.from(buffers[o.buffer]!)]));
      const after = new Map(
        places.map(({ name: slot, buffer, start, length }) => [
          slot,
          Float64Array.from(buffers[buffer]!.subarray(start, start + length)),
        ]),
      );
      return { outputs, slots: after };
    },
  };
}

/** The largest difference beyond the tolerance of the conformance README, in units of it; at most 1 passes. */
export function worst(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, floor = 1e-6): number {
  let scale = 0;
  for (let i = 0; i < expected.length; i++)
    if (Number.isFinite(expected[i])) scale = Math.max(scale, Math.abs(expected[i]!));
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    // Both may be NaN, as the mean of no element is, or infinite.
    if (Object.is(actual[i], expected[i])) continue;
    const difference = Math.abs(actual[i]! - expected[i]!);
    most = Math.max(
      most,
      Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference / (tolerance * scale + floor),
    );
  }
  return most;
}

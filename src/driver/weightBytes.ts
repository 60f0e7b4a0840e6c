// Weights as the bytes that a small predictor reads: one after another in the order of its memory, in 32 or 16 bits each.

import type { WeightValues } from "../export/format.ts";
import type { LoopProgram } from "../ir/loops.ts";
import { labelOf } from "../ir/slots.ts";

/** Weights that lie together in memory, from a place in bytes on. */
export interface PlacedWeights {
  readonly name: string;
  readonly at: number;
  readonly values: Float32Array;
}

/** Returns the weights of the program in the order of its memory; neighbours as one. */
export function placedWeights(
  { slots, buffers }: LoopProgram,
  weights: ReadonlyMap<string, WeightValues>,
): readonly PlacedWeights[] {
  const offsets = new Map(buffers.map(({ name, offset }) => [name, offset]));
  const placed = slots
    .flatMap(({ name, buffer, start }) => {
      const values = weights.get(name)?.values;
      const offset = offsets.get(buffer);
      return values === undefined || offset === undefined
        ? []
        : [{ name: labelOf(name), at: offset + 4 * start, values: Float32Array.from(values) }];
    })
    .sort((a, b) => a.at - b.at);
  const runs: PlacedWeights[] = [];
  for (const next of placed) {
    const last = runs.at(-1);
    if (last === undefined || last.at + 4 * last.values.length !== next.at) runs.push(next);
    else runs[runs.length - 1] = { ...last, values: joined(last.values, next.values) };
  }
  return runs;
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** The largest number of 16 bits, and half a step above it: from there on it is rounded to infinity. */
const BEYOND_HALF = 65520;

/** The bits of the nearest number of 16 bits (IEEE 754 binary16); of two, the even one. */
export function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  // Below 2^-14 numbers have the step of 2^-24.
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const step = 2 ** (exponent - 10);
  const steps = size / step;
  const low = Math.floor(steps);
  const rest = steps - low;
  const count = rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
  // A count of 2048 carries into the exponent by itself.
  return sign | (size < 2 ** -14 ? count : ((exponent + 14) << 10) + count);
}

/** Returns the bytes and their hash (FNV-1a); the name of a weight that 16 bits cannot hold. */
export function weightBytes(
  placed: readonly PlacedWeights[],
  half: boolean,
): { readonly bytes: Uint8Array; readonly hash: number } | { readonly beyond: string } {
  const size = half ? 2 : 4;
  const bytes = new Uint8Array(placed.reduce((sum, { values }) => sum + size * values.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { name, values } of placed)
    for (const value of values) {
      if (half && !(Math.abs(value) < BEYOND_HALF)) return { beyond: name };
      if (half) view.setUint16(at, halfBits(value), true);
      else view.setFloat32(at, value, true);
      at += size;
    }
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return { bytes, hash: hash >>> 0 };
}

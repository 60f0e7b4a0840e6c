// The forms of the module for different engines; a trainer chooses one when it starts. They differ in how tiles multiply and
// add, and in the tiles that an engine runs best. docs/performance.md holds the measurements of tiles.

import type { TileChoice } from "./contract/micro.ts";

export interface Variant {
  readonly name: "plain" | "relaxed" | "wide";
  readonly choice: TileChoice;
}

/** Eight sums at a time: enough to hide the latency of a multiplication, and no more than V8 keeps in registers. */
const eightSums = { 1: 8, 2: 4, 3: 3, 4: 2 } as const;

export const variants: readonly Variant[] = [
  /** SIMD of WebAssembly 2.0, for every engine, with two roundings for each product. */
  { name: "plain", choice: { fused: false, width: 16, rows: eightSums } },
  /** Relaxed SIMD, with one fused instruction for product and sum. */
  { name: "relaxed", choice: { fused: true, width: 16, rows: eightSums } },
  /** Relaxed SIMD on an engine that joins pairs of vectors into vectors of eight (V8's revectorization). */
  { name: "wide", choice: { fused: true, width: 16, rows: { 1: 8, 2: 6, 3: 3, 4: 4 } } },
];

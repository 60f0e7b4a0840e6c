// How many axes each call may have: the least of what the backends of TensorFlow.js 4.22 take, and the native library. Beyond
// it some refuse, and some give wrong numbers in silence. How a call gets along with fewer is in fewerAxes.ts.

import type { PrimKind } from "../ir/graph.ts";
import type { Native } from "./graph.ts";

/** A limit, or undefined for what has no axes of its own, never has many, or is made of other calls by who prints it. */
export const mostAxes = {
  // XNNPACK, in which backend `wasm` adds, subtracts, multiplies and divides: 6. Shaders of `webgl`: 6.
  map: 6,
  reduce: 6,
  arg_reduce: 6,
  transpose: 6,
  slice: 6,
  concat: 6,
  // Written as a broadcast, too. Backend `webgl`: "Tile for rank 6 is not yet supported".
  broadcast: 5,
  iota: 5,
  // XNNPACK: 6. Backend `webgl` reads at no more than four coordinates.
  pad: 4,
  native: 6,
  input: undefined,
  param: undefined,
  const: undefined,
  size: undefined,
  random: undefined,
  reshape: undefined,
  contract: undefined,
  window_reduce: undefined,
  window_scatter: undefined,
} as const satisfies { readonly [K in PrimKind | Native["kind"]]: number | undefined };

/** Backend `webgl`: "Where for rank 5 is not yet supported". */
export const mostAxesOfSelect = 4;

// The most axes that each call may have: the least that any backend of TensorFlow.js 4.22 or the native library takes.
// Beyond that, some refuse and some silently compute wrong numbers. fewerAxes.ts rewrites such calls.

import type { PrimKind } from "../ir/graph.ts";
import type { Native } from "./graph.ts";

/** A limit, or undefined for a call that never has many axes, has none of its own, or is printed as other calls. */
export const mostAxes = {
  // The native library broadcasts two arguments over 5: "Broadcast between … is not supported yet". XNNPACK, in which backend
  // `wasm` adds, subtracts, multiplies and divides: 6. Shaders of `webgl`: 6.
  map: 5,
  reduce: 6,
  arg_reduce: 6,
  transpose: 6,
  slice: 6,
  concat: 6,
  // Also written as a broadcast. Backend `webgl`: "Tile for rank 6 is not yet supported".
  broadcast: 5,
  iota: 5,
  // XNNPACK: 6. Backend `webgl` reads at no more than four coordinates.
  pad: 4,
  // Elementwise operations broadcast as `map` does; windows have 5 at most.
  native: 5,
  input: undefined,
  param: undefined,
  const: undefined,
  size: undefined,
  random: undefined,
  reshape: undefined,
  // Written over views of few axes.
  gather: undefined,
  scatter_add: undefined,
  contract: undefined,
  window_reduce: undefined,
  window_scatter: undefined,
  scan: undefined,
  part: undefined,
} as const satisfies { readonly [K in PrimKind | Native["kind"]]: number | undefined };

/** Backend `webgl`: "Where for rank 5 is not yet supported". */
export const mostAxesOfSelect = 4;

// Reads a file of weights, as trainers save it. Which weights a model has is not its business.

import { readFileSync, statSync } from "node:fs";
import { FormatError } from "../runtime/core/formats/formatError.ts";
import { readSafetensors, type Safetensors } from "../runtime/core/formats/safetensors.ts";
import { systemReason } from "./outcome.ts";

export type ReadWeights = { readonly ok: Safetensors } | { readonly unreadable: string } | { readonly corrupt: string };

/** The tensors of the file at `path`; one sentence where it cannot be read, or is not of the format. */
export function readWeights(path: string): ReadWeights {
  let bytes: Uint8Array;
  try {
    // Asked before opening: opening a pipe would wait for its writer.
    const there = statSync(path);
    if (!there.isFile())
      return { unreadable: `cannot read ${path}: it is ${there.isDirectory() ? "a folder" : "not a regular file"}` };
    bytes = readFileSync(path);
  } catch (error) {
    return { unreadable: `cannot read ${path}: ${systemReason(error)}` };
  }
  try {
    return { ok: readSafetensors(bytes, path) };
  } catch (error) {
    if (error instanceof FormatError) return { corrupt: error.message };
    throw error;
  }
}

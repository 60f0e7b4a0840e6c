// Reads a file of weights that a person names.

import { RunError } from "../core/error.ts";
import { safeText } from "../core/text.ts";
import { reasonOf } from "./reasons.ts";

/** Returns the bytes of the file. Throws a RunError that names it. */
export function readWeightsFile(path: string): Uint8Array {
  const { readFileSync, statSync } = process.getBuiltinModule("node:fs");
  try {
    // A pipe would wait for its writer.
    if (!statSync(path).isFile()) throw new RunError(`cannot read ${safeText(path)}: it is not a regular file`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof RunError) throw error;
    throw new RunError(`cannot read ${safeText(path)}: ${reasonOf(error)}`);
  }
}

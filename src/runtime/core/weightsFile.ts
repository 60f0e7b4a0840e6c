// What a file of weights says beside the weights: what the encoders of columns have learned.

import type { Learned } from "./encode.ts";
import { FormatError } from "./formats/formatError.ts";
import { readSafetensors } from "./formats/safetensors.ts";

/** Returns what the encoders of the training have learned. Throws a FormatError for a file that is damaged. */
export const learnedIn = (bytes: Uint8Array, where: string): Learned =>
  learnedFrom(readSafetensors(bytes, where).metadata, where);

/** The same of the texts that the file says about itself. */
export function learnedFrom(metadata: ReadonlyMap<string, string>, where: string): Learned {
  const text = metadata.get("learned");
  if (text === undefined) return {};
  try {
    const learned: unknown = JSON.parse(text);
    const lists = typeof learned === "object" && learned !== null ? Object.values(learned) : [undefined];
    if (lists.every(Array.isArray)) return learned as Learned;
  } catch {
    // Told below.
  }
  throw new FormatError(where, "is corrupt: what its encoders learned cannot be read");
}

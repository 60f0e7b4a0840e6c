// Unpacks DEFLATE (RFC 1951) to a known size, and stops where there is more: neither memory nor time is at the mercy of the bytes.

import { inflateLibrary } from "../libraries/inflate.generated.ts";

/** Packed bytes that are unpacked at once; each makes at most 1,032. */
const INFLATE_PIECE = 65_536;

/** The most bytes that DEFLATE makes of one. */
export const INFLATE_RATIO = 1032;

/** Returns the unpacked bytes, or the fault for a sentence that begins with "it". */
export function inflateExactly(data: Uint8Array, size: number): Uint8Array | string {
  const out = new Uint8Array(size);
  let filled = 0;
  const stream = new inflateLibrary.Inflate((part) => {
    if (filled + part.length <= size) out.set(part, filled);
    filled += part.length;
  });
  try {
    for (let at = 0; at < data.length && filled <= size; at += INFLATE_PIECE)
      stream.push(data.subarray(at, at + INFLATE_PIECE), at + INFLATE_PIECE >= data.length);
  } catch {
    return "cannot be unpacked";
  }
  if (filled > size) return `unpacks to more than ${size} bytes`;
  return filled < size ? `unpacks to ${filled} bytes, not ${size}` : out;
}

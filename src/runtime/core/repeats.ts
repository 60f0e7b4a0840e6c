// Tables of numbers as a trainer holds them: what repeats is written once.

/** A number, or `[distance, count]`: so many numbers again that stand so far back. */
export type RepeatingPart = number | readonly [number, number];

/** Fills `to` from its start. */
export function setRepeating(to: Float32Array | Int32Array | Uint8Array, parts: readonly RepeatingPart[]): void {
  let at = 0;
  for (const part of parts) {
    if (typeof part === "number") {
      to[at++] = part;
      continue;
    }
    const [distance, count] = part;
    // One after another: what is copied may begin with what was just written.
    for (const end = at + count; at < end; at++) to[at] = to[at - distance] as number;
  }
}

// Tables of numbers as a trainer holds them: it writes repeats once.

/** A number, or `[distance, count]`, which repeats `count` numbers from `distance` places back. */
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
    // One after another, because a copy may begin with numbers that it has just written.
    for (const end = at + count; at < end; at++) to[at] = to[at - distance] as number;
  }
}

// Finds the place where bytes stop being UTF-8 (RFC 3629, table 3-7 of the Unicode Standard): the first byte that begins no
// character, not the later byte at which a decoder notices.

/** Returns, for a first byte, how many bytes follow and the range of the second; undefined if no character begins so. */
function following(first: number): { readonly count: number; readonly low: number; readonly high: number } | undefined {
  if (first < 0x80) return { count: 0, low: 0, high: 0 };
  if (first >= 0xc2 && first <= 0xdf) return { count: 1, low: 0x80, high: 0xbf };
  if (first >= 0xe0 && first <= 0xef)
    return { count: 2, low: first === 0xe0 ? 0xa0 : 0x80, high: first === 0xed ? 0x9f : 0xbf };
  if (first >= 0xf0 && first <= 0xf4)
    return { count: 3, low: first === 0xf0 ? 0x90 : 0x80, high: first === 0xf4 ? 0x8f : 0xbf };
  return undefined;
}

/**
 * Returns the offset of the first byte that begins no character; undefined if there is none. If the end of the file cuts a
 * character off, the fault shows only there, at the last byte.
 */
export function firstNotUtf8(bytes: Uint8Array): number | undefined {
  for (let i = 0; i < bytes.length; ) {
    const wanted = following(bytes[i] ?? 0);
    if (wanted === undefined) return i;
    for (let k = 1; k <= wanted.count; k++) {
      if (i + k === bytes.length) return bytes.length - 1;
      const byte = bytes[i + k] ?? 0;
      const [low, high] = k === 1 ? [wanted.low, wanted.high] : [0x80, 0xbf];
      if (byte < low || byte > high) return i;
    }
    i += 1 + wanted.count;
  }
  return undefined;
}

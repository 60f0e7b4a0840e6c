// Names to numbers, for keys of random streams.

/** FNV-1a over the UTF-16 units of a text, as an unsigned 32-bit number (Fowler, Noll, Vo 1991). */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

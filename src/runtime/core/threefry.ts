// Random numbers without state: the same key and counter always make the same number. This is Threefry-2x32-20 of Salmon
// et al., "Parallel random numbers: as easy as 1, 2, 3" (2011). It does not know the purpose of the numbers.

/**
 * Returns one of the two 32-bit words (0 to 2^32 - 1) that Threefry-2x32-20 makes from key (k0, k1) and counter (c0, c1).
 * It takes arguments modulo 2^32.
 */
export function threefry(k0: number, k1: number, c0: number, c1: number, word: 0 | 1 = 0): number {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  // Twenty rounds in five groups of four. After each group, it adds a rotation of the key and the group's number.
  for (let group = 0; group < 5; group++) {
    if ((group & 1) === 0) {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
    } else {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
    }
    const turn = group % 3;
    x0 = (x0 + (turn === 0 ? k1 : turn === 1 ? k2 : k0)) | 0;
    x1 = (x1 + (turn === 0 ? k2 : turn === 1 ? k0 : k1) + group + 1) | 0;
  }
  return (word === 0 ? x0 : x1) >>> 0;
}

/** Returns a multiple of 2^-24 in [0, 1). The key is (seed, stream), the counter (step, element). */
export function uniform(seed: number, stream: number, step: number, element: number): number {
  return (threefry(seed, stream, step, element) >>> 8) * 2 ** -24;
}

/** Writes `uniform(seed, stream, step, i)` for i = 0 … count - 1 to `target` from `start`. */
export function fillUniform(
  target: Float32Array,
  start: number,
  count: number,
  seed: number,
  stream: number,
  step: number,
): void {
  for (let i = 0; i < count; i++) target[start + i] = (threefry(seed, stream, step, i) >>> 8) * 2 ** -24;
}

/** Returns the number of a stream by its name: 32-bit FNV-1a over the UTF-16 code units, low byte first. */
export function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
}

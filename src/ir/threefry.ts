// The random numbers of graphs: Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror, Shaw 2011, Parallel random numbers: as
// easy as 1, 2, 3). A number depends only on its key and counter, never on earlier draws.

const parity = 0x1bd11bda;
const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** The two output words, as unsigned 32-bit integers. All four input words are taken modulo 2^32. */
export function threefry2x32(key: readonly [number, number], counter: readonly [number, number]): [number, number] {
  const keys = [key[0] | 0, key[1] | 0, parity ^ key[0] ^ key[1]];
  const keyWord = (i: number): number => keys[i % 3] ?? 0;
  let a = (counter[0] + keyWord(0)) | 0;
  let b = (counter[1] + keyWord(1)) | 0;
  for (let round = 0; round < 5; round++) {
    for (const by of rotations[round % 2 === 0 ? 0 : 1]) {
      a = (a + b) | 0;
      b = rotate(b, by) ^ a;
    }
    a = (a + keyWord(round + 1)) | 0;
    b = (b + keyWord(round + 2) + round + 1) | 0;
  }
  return [a >>> 0, b >>> 0];
}

/** Uniform in [0, 1), a multiple of 2^-24: the upper 24 bits of the first word for key (seed, stream), counter (step, element). */
export function uniform(seed: number, stream: number, step: number, element: number): number {
  return (threefry2x32([seed, stream], [step, element])[0] >>> 8) / 0x1000000;
}

/**
 * FNV-1a over the UTF-8 bytes of a layer's path, and for further uses of that layer over the number of the use, after a byte
 * that no UTF-8 text holds: a stream of random numbers, an unsigned 32-bit integer.
 */
export function streamOf(path: string, use = 0): number {
  const text = new TextEncoder();
  const bytes = use === 0 ? text.encode(path) : [...text.encode(path), 0xff, ...text.encode(String(use))];
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

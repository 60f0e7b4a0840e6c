// Numbers as text in a module: exponents, which are much alike, by a Huffman code, all other bits as they are, and 13 bits in two
// printable characters. No bit is lost. The compiler writes it (src/targets/pack.ts), a small predictor reads it.

/** The characters stand for their places; none of them means anything within a template. */
export const PACKED_SIGNS =
  "!\"#%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}~";

export interface PackedNumbers {
  readonly count: number;
  /** Whether numbers have 16 bits in place of 32. */
  readonly half: boolean;
  /** How many codes there are of each length, from 1 on, and the exponents in the order of their codes. */
  readonly lengths: readonly number[];
  readonly exponents: readonly number[];
  /** 13 bits in two characters, the lowest first. */
  readonly text: string;
}

/** No code is longer. */
export const PACKED_BITS = 12;

/** For each twelve bits to come: the place of the exponent whose code they begin with, and the bits of that code. */
function codeTable(lengths: readonly number[]): Int32Array {
  const table = new Int32Array(1 << PACKED_BITS);
  let [first, index] = [0, 0];
  for (const [i, codes] of lengths.entries()) {
    const length = i + 1;
    for (let code = first; code < first + codes; code++, index++) {
      // The first bit of a code is the lowest that comes.
      let at = 0;
      for (let bit = 0; bit <= i; bit++) at |= ((code >> bit) & 1) << (i - bit);
      for (; at < table.length; at += 1 << length) table[at] = (index << 4) | length;
    }
    first = 2 * (first + codes);
  }
  return table;
}

/** Returns the bytes of the numbers, one after another, the lowest first. It runs once, so the loop calls nothing that an engine had to compile. */
export function unpackNumbers({ count, half, lengths, exponents, text }: PackedNumbers): Uint8Array {
  const places = new Uint8Array(128);
  for (let i = 0; i < PACKED_SIGNS.length; i++) places[PACKED_SIGNS.charCodeAt(i)] = i;
  const signs = new TextEncoder().encode(text);
  const table = codeTable(lengths);
  const [size, fraction, lowBits] = half ? ([2, 10, 11] as const) : ([4, 23, 12] as const);
  const bytes = new Uint8Array(count * size);
  const view = new DataView(bytes.buffer);
  const low = (1 << lowBits) - 1;
  // At most 12 bits are left when 13 more come, so whole numbers of 32 bits hold them.
  let [at, bits, held] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    if (held < 13) {
      bits |= ((places[signs[at++] as number] as number) + 91 * (places[signs[at++] as number] as number)) << held;
      held += 13;
    }
    const found = table[bits & 4095] as number;
    bits >>>= found & 15;
    held -= found & 15;
    let rest = 0;
    for (let read = 0; read <= fraction; read += lowBits) {
      if (held < 13) {
        bits |= ((places[signs[at++] as number] as number) + 91 * (places[signs[at++] as number] as number)) << held;
        held += 13;
      }
      rest |= (bits & low) << read;
      bits >>>= lowBits;
      held -= lowBits;
    }
    const number = ((exponents[found >> 4] as number) << fraction) | (rest & ((1 << fraction) - 1));
    if (half) view.setUint16(2 * i, number | ((rest >>> fraction) << 15), true);
    else view.setInt32(4 * i, number | ((rest >>> fraction) << 31), true);
  }
  return bytes;
}

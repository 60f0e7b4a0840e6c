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

/** Returns the bytes of the numbers, one after another, the lowest first. */
export function unpackNumbers({ count, half, lengths, exponents, text }: PackedNumbers): Uint8Array {
  const places = new Uint8Array(128);
  for (let i = 0; i < PACKED_SIGNS.length; i++) places[PACKED_SIGNS.charCodeAt(i)] = i;
  const size = half ? 2 : 4;
  const fraction = half ? 10 : 23;
  const bytes = new Uint8Array(count * size);
  const view = new DataView(bytes.buffer);
  // At most 11 bits are left when 13 more come, so whole numbers of 32 bits hold them.
  let at = 0;
  let bits = 0;
  let held = 0;
  const take = (wanted: number): number => {
    if (held < wanted) {
      bits |= ((places[text.charCodeAt(at)] as number) + 91 * (places[text.charCodeAt(at + 1)] as number)) << held;
      at += 2;
      held += 13;
    }
    const value = bits & ((1 << wanted) - 1);
    bits >>>= wanted;
    held -= wanted;
    return value;
  };
  for (let i = 0; i < count; i++) {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 0; ; length++) {
      code = 2 * code + take(1);
      const codes = lengths[length] as number;
      if (code - first < codes) break;
      index += codes;
      first = 2 * (first + codes);
    }
    index += code - first;
    const low = take(half ? 11 : 12);
    const rest = half ? low : low | (take(12) << 12);
    const sign = rest >>> fraction;
    const number = ((exponents[index] as number) << fraction) | (rest & ((1 << fraction) - 1));
    if (half) view.setUint16(2 * i, number | (sign << 15), true);
    else view.setInt32(4 * i, number | (sign << 31), true);
  }
  return bytes;
}

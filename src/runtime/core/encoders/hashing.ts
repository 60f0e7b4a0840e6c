// The encoder Hashing: a token that depends on the text alone.

import type { Encoder, EncoderOptions } from "../encode.ts";
import { fingerprint, sipHash } from "../fingerprint.ts";

/** Returns the bin of a text, as Keras's layer finds it. */
function hashBins({ num_bins: bins, salt }: EncoderOptions, without: number): (text: string) => number {
  const count = BigInt(Number(bins) - without);
  const [first, second = first] = Array.isArray(salt) ? salt : [salt];
  if (first === undefined) return (text) => Number(fingerprint(text) % count);
  const key = [BigInt(Number(first)), BigInt(Number(second))] as const;
  return (text) => Number(sipHash(text, key) % count);
}

export const hashingEncoder: Encoder = {
  learn: () => [],
  writer(_learned, options) {
    const masked =
      typeof options.mask_value === "string" && Number(options.num_bins) > 1 ? options.mask_value : undefined;
    const shift = masked === undefined ? 0 : 1;
    const bin = hashBins(options, shift);
    const known = new Map<string, number>();
    return (text, to, at) => {
      const found = known.get(text) ?? (text === masked ? 0 : bin(text) + shift);
      if (known.size < 100_000) known.set(text, found);
      to[at] = found;
      return undefined;
    };
  },
};

// The encoder IntegerLookup: the token of a whole number, by how often the training rows have it.

import type { EncoderOptions, NumberEncoder } from "../encode.ts";

/** The number of tokens for unknown numbers, and the first of them. */
function unknownTokens({ num_oov_indices: count, mask_token: mask }: EncoderOptions) {
  return { count: Number(count), first: typeof mask === "number" ? 1 : 0 };
}

export const integerLookupEncoder: NumberEncoder = {
  numbers: true,
  learn(pieces, elements, options) {
    const { max_tokens: most, vocabulary, mask_token: mask, oov_token: oov } = options;
    if (Array.isArray(vocabulary)) return vocabulary.map(Number);
    const counts = new Map<number, number>();
    for (const { values, rows } of pieces)
      for (const row of rows)
        for (let i = 0; i < elements; i++) {
          const value = values[row * elements + i] as number;
          if (value !== mask && value !== oov) counts.set(value, (counts.get(value) ?? 0) + 1);
        }
    const { count, first } = unknownTokens(options);
    return [...counts]
      .sort(([a, m], [b, n]) => n - m || b - a)
      .map(([value]) => value)
      .slice(0, Math.max(Number(most) - count - first, 0));
  },
  writer(learned, options, elements) {
    const { count, first } = unknownTokens(options);
    const tokens = new Map(learned.map((value, i) => [Number(value), i + first + count]));
    if (typeof options.mask_token === "number") tokens.set(options.mask_token, 0);
    const tokenOf = (value: number): number => tokens.get(value) ?? first + (((value % count) + count) % count);
    return (from, to, at) => {
      for (let i = 0; i < elements; i++) to[at + i] = tokenOf(from[at + i] as number);
    };
  },
};

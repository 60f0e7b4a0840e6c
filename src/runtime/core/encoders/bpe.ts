// The encoder bpe: parts of words as tokens, joined of bytes as often as the training rows have them.

import { BYTES, bytePairs, learnPairs } from "../bytePairs.ts";
import type { Encoder, EncoderOptions } from "../encode.ts";
import { spaced } from "../text.ts";

/** The tokens before those of bytes: one that fills up, and the marks. */
const marksOf = ({ start, end }: EncoderOptions) => {
  const first = start === true ? 1 : undefined;
  const last = end === true ? (first ?? 0) + 1 : undefined;
  return { first, last, before: (last ?? first ?? 0) + 1 };
};

export const bpeEncoder: Encoder = {
  learn: (texts, options) => learnPairs(texts, Number(options.max_tokens) - marksOf(options).before - BYTES),
  writer(learned, options, length) {
    const { words } = bytePairs(learned);
    const { first, last, before } = marksOf(options);
    const from = Number(options.shift ?? 0);
    return (text, to, at) => {
      let place = 0;
      const write = (token: number): void => {
        if (place >= from && place < from + length) to[at + place - from] = token;
        place++;
      };
      if (first !== undefined) write(first);
      for (const word of words(text)) {
        if (place >= from + length) break;
        for (const token of word) write(token + before);
      }
      if (last !== undefined) write(last);
      return undefined;
    };
  },
  reader(learned, options) {
    const pairs = bytePairs(learned);
    const { first, last, before } = marksOf(options);
    return {
      ...{ first: before, end: before + pairs.count, marks: { first, last }, joint: "" },
      tokens(text) {
        const tokens: number[] = [];
        for (const word of pairs.words(text)) for (const token of word) tokens.push(token + before);
        return tokens;
      },
      text(tokens) {
        const list = Array.from(tokens);
        const end = last === undefined ? -1 : list.indexOf(last);
        const own = end < 0 ? list : list.slice(0, end);
        return pairs.text(own.filter((token) => token >= before).map((token) => token - before));
      },
      words: spaced,
    };
  },
};

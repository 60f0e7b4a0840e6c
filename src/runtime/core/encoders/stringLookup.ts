// The encoder StringLookup: the token of a whole text, by how often the training rows have it.

import type { Encoder } from "../encode.ts";
import { byFrequency, countTexts } from "../frequency.ts";

export const stringLookupEncoder: Encoder = {
  // 0 is for unknown texts.
  learn: (texts, { max_tokens: most }) => byFrequency(countTexts(texts)).slice(0, Number(most) - 1),
  writer(learned) {
    const tokens = new Map(learned.map((text, i) => [text, i + 1]));
    return (text, to, at) => {
      to[at] = tokens.get(text) ?? 0;
      return undefined;
    };
  },
  reader(learned) {
    const tokens = new Map(learned.map((text, i) => [text, i + 1]));
    return {
      ...{ first: 1, end: learned.length + 1, marks: {}, joint: " " },
      tokens: (text) => [tokens.get(text) ?? 0],
      text: (given) => Array.from(given, (token) => learned[token - 1] ?? "[UNK]").join(" "),
      words: (text) => [text],
    };
  },
};

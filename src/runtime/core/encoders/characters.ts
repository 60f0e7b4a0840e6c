// The encoder of characters: each is a token, by its place among the characters of the training rows.

import type { Encoder } from "../encode.ts";
import { RunError } from "../error.ts";
import { compareCodePoints } from "../frequency.ts";
import { spaced } from "../text.ts";
import { listText, valueText } from "../values.ts";

export const charactersEncoder: Encoder = {
  learn(texts, { tokens }) {
    const found = new Set<string>();
    for (const text of texts) for (const character of text) found.add(character);
    const sorted = [...found].sort(compareCodePoints);
    if (sorted.length > Number(tokens))
      throw new RunError(
        `the training rows have ${sorted.length} different characters, but the field is token(${String(tokens)}); write token(${sorted.length})`,
      );
    return sorted;
  },
  writer(learned, { tokens, shift }, length) {
    const known = new Map(learned.map((character, i) => [character, i]));
    const unknown = learned.length < Number(tokens) ? learned.length : undefined;
    const from = Number(shift ?? 0);
    return (text, to, at) => {
      let place = 0;
      for (const character of text) {
        if (place >= from + length) break;
        const token = known.get(character) ?? unknown;
        if (token === undefined)
          return `has the character ${valueText(character)}, which no training row has: they have ${listText(learned)}; token(${learned.length + 1}) has room for such`;
        if (place >= from) to[at + place - from] = token;
        place++;
      }
      if (place < from + length)
        return `is too short: it has ${place} of the ${from + length} characters that the field takes; TextVectorization(split: character) fills up short texts`;
      return undefined;
    };
  },
  reader(learned, { tokens }) {
    const known = new Map(learned.map((character, i) => [character, i]));
    const unknown = learned.length < Number(tokens) ? learned.length : undefined;
    return {
      ...{ first: 0, end: learned.length, marks: {}, joint: "" },
      tokens: (text) =>
        Array.from(text, (character) => {
          const token = known.get(character) ?? unknown;
          if (token !== undefined) return token;
          throw new RunError(`has the character ${valueText(character)}; the model knows ${listText(learned)}`);
        }),
      text: (given) => Array.from(given, (token) => learned[token] ?? "\ufffd").join(""),
      words: spaced,
    };
  },
};
